"""A night's events against anybody's marks: how many were found, how many are false, how far off they are."""

from detector.scoring.compare import Comparison, Tolerance, compare
from detector.scoring.marks import Annotations, Mark
from detector.scoring.matching import match
from detector.scoring.reading.forms import read_annotations

__all__ = ["Annotations", "Comparison", "Mark", "Tolerance", "compare", "match", "read_annotations"]
