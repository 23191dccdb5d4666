"""One night in numbers: worked out from what it holds, and stored nowhere."""

from detector.summary.hours import HourOfSensor, HourSummary
from detector.summary.measurable import Measurable
from detector.summary.night import NightSummary, SensorSummary, summarise
from detector.summary.reviewed import Reviewed, reviewed
from detector.summary.worn import wear

__all__ = [
    "HourOfSensor",
    "HourSummary",
    "Measurable",
    "NightSummary",
    "Reviewed",
    "SensorSummary",
    "reviewed",
    "summarise",
    "wear",
]
