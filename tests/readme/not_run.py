"""What stands in the texts for readers and is not run by `test_examples`, with the reason.

Such blocks are fenced as ``text``, so that they are told from those that are run. Commands of fasciwatch in them are
still parsed, words and options and all.
"""

from __future__ import annotations

RADIO = "needs a wearable within reach of a Bluetooth adapter"
INSTALLS = "installs a Python environment"

NOT_RUN = {
    # By the text's name, and the first line of the block.
    ("README.md", "python3 -m venv"): ".ci/run runs both commands as they stand there",
    ("person.md", "python3 -m venv .venv"): INSTALLS + ", as the commands of the README do",
    ("person.md", "py -m venv .venv"): INSTALLS + " on Windows",
    ("person.md", "pipx install"): INSTALLS + " of its own, by programs that not everybody has",
    ("person.md", "fasciwatch doctor"): RADIO,
    ("person.md", "fasciwatch record --device"): RADIO,
    ("person.md", "fasciwatch record --encrypt"): RADIO,
    ("person.md", "fasciwatch service install"): "changes what this computer does each night",
    ("researcher.md", "fasciwatch score last last"): "needs labels of two reviewers, which people give in the page",
    ("developer.md", "uv run --extra test pytest"): INSTALLS + ", and runs all tests",
    ("figures.md", "pip install -e '.[bench]'"): INSTALLS + ", and takes half an hour",
}

ELSEWHERE = {
    # Texts with a test of their own.
    "cohort.md": "tests/detector/cohort/test_guide.py",  # runs its model on results with a known truth
    "mne.md": "tests/detector/exports/test_guide.py",  # runs its examples
    "raspberry-pi.md": "tests/project/test_raspberry_pi.py",  # parses its commands: they need a Pi, its radio, and root
}
