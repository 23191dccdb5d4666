"""The page served: to whom, how long, and in how much memory."""
