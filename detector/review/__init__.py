"""The page: nights looked at and judged in the browser of this computer.

It reads nights and nothing else: neither the radio nor the detector is known here. `detector.review.app` puts the views
together, `detector.review.serving.guard` keeps everybody else out, and `detector.review.serving.serve` runs both on the
loopback address.
"""
