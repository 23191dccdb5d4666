"""What the page costs whoever waits for it and whoever presses its keys, and whether its numbers hold."""
