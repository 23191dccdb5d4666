"""How well the detector finds what is there: simulated and real nights, rivals, and the theoretical limit."""
