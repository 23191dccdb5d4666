"""What is counted and told, beyond the single event: clocks, worn minutes, legs, gaps, movements that are held."""
