"""Whether the wearable is worn: signs of life, minute by minute, and what they say together."""
