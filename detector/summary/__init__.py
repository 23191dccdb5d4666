"""One night in numbers: worked out from what it holds, and stored nowhere."""

from detector.summary.hours import HourOfSensor, HourSummary
from detector.summary.judged.corrected import Corrected
from detector.summary.judged.reviewed import Reviewed, reviewed
from detector.summary.levels import LEVELS_MG, Level
from detector.summary.measurable import Measurable
from detector.summary.night import NightSummary, SensorSummary, summarise
from detector.summary.restless import Restlessness
from detector.summary.sensitivity import Sensitivity
from detector.summary.sides import Sides
from detector.summary.worn import wear

__all__ = [
    "LEVELS_MG",
    "Corrected",
    "HourOfSensor",
    "HourSummary",
    "Level",
    "Measurable",
    "NightSummary",
    "Restlessness",
    "Reviewed",
    "Sensitivity",
    "SensorSummary",
    "Sides",
    "reviewed",
    "summarise",
    "wear",
]
