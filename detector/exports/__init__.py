"""A night in the files of other tools: EDF+, BIDS, Parquet, CSV, Luna.

Samples, events with their labels, gaps, and what made them. Nothing is resampled, and nobody's name goes along unless
it is asked for.
"""

from detector.exports.export import FORMATS, Exported, export

__all__ = ["FORMATS", "Exported", "export"]
