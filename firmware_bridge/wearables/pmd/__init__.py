"""The Polar Measurement Data service: its control point and its frames, without a radio."""
