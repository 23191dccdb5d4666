"""ActiGraph's GT3X: its archive, and its log, decoded by compiled kernels."""
