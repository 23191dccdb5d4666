"""A recording through the detector, without a night where none is to be kept."""
