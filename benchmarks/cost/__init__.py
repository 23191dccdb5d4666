"""What recording costs: processor, memory, disk."""
