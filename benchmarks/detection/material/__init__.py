"""What the experiments are tried on: simulated nights, noise, motor units, and real recordings."""
