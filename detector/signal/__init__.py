"""Pure numerics: filter design, compiled kernels, noise floor, `Detector`."""

from detector.signal.detector import Detector, detect, is_compiled, warm_up
from detector.signal.settings.config import DetectorConfig

__all__ = ["Detector", "DetectorConfig", "detect", "is_compiled", "warm_up"]
