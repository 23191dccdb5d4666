"""Why there is no machine."""


class UnavailableError(Exception):
    """This host cannot build or start the machine; the message says why."""
