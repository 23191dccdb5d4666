"""XDF, as Lab Streaming Layer records it: its chunks, walked through by compiled kernels."""
