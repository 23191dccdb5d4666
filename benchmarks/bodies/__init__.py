"""What the detector says of real bodies: the yardstick of heart beats, false twitches and added twitches."""
