"""Version of the code that runs, in the one place where it stands: what is built takes it from here.

What is installed may be older than a checkout, or not there at all, so nothing asks for that.
"""

__version__ = "0.1.0"
