"""Pure numerics: filter design, compiled kernels, noise floor, `Detector`."""

from detector.signal.config import DetectorConfig
from detector.signal.detector import Detector, detect, is_compiled, warm_up

__all__ = ["Detector", "DetectorConfig", "detect", "is_compiled", "warm_up"]
