"""Many nights of one person: what they have in common, and what differs between those before and after a date."""
