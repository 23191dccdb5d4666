"""Pure numerics: filter design, compiled kernels, noise floor, `Detector`."""

from detector.signal.config import DetectorConfig
from detector.signal.detector import Detector, detect, warm_up

__all__ = ["Detector", "DetectorConfig", "detect", "warm_up"]
