"""``python -m detector.cli``: the same as the command ``fasciwatch``."""

from detector.cli import main

main(prog_name="fasciwatch")
