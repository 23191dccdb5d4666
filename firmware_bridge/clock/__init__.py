"""Time: from a wearable's own clock to UTC, its true rate and its losses, and this computer's clocks and sleep."""
