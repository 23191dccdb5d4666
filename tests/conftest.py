"""What tests in several folders share: the real recordings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def links(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What makes links asks for this: the test is skipped where the system lets this user make none."""
    folder = tmp_path_factory.mktemp("links")
    try:
        (folder / "link").symlink_to(folder / "gone")
    except (OSError, NotImplementedError) as error:
        pytest.skip(f"this user may make no links here ({error}); on Windows the developer mode allows them")


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """A function from the name of a real recording to its path; the test is skipped where the recording is not there.

    The folder is the one the environment variable FASCIWATCH_DATA names, else ``../shared/data`` beside the project.
    """
    folder = Path(os.environ.get("FASCIWATCH_DATA") or PROJECT.parent / "shared" / "data")

    def locate(name: str) -> Path:
        path = folder / name
        if not path.exists():
            pytest.skip(f"the real recording {name} is not in {folder}; set FASCIWATCH_DATA to its folder")
        return path

    return locate
