"""The noise that an event stands out of: its floor, and the sensor's own step."""
