"""Readers of other people's annotations, a file a form."""
