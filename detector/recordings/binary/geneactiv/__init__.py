"""GENEActiv's .bin: its pages, decoded by compiled kernels."""
