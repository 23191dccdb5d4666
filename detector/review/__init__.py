"""The page: nights looked at and judged in the browser of this computer.

It reads nights and nothing else: neither the radio nor the detector is known here. `detector.review.app` puts the views
together, `detector.review.guard` keeps everybody else out, `detector.review.serve` runs both on the loopback address.
"""
