"""An evening: from the choice of a wearable to a night that is written, without a terminal.

What there is to say goes to a `listener.Listener`, or to a callback; whoever starts the night shows it, or asks, in a
way of its own. Nothing is imported here, for a part that a command needs at once must not wait for the detector.
"""
