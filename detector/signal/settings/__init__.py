"""What is asked for: shapes, thresholds and filters, in Hz, s and mg, and the kernel's parameters made of them."""
