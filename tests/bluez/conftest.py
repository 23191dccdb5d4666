"""The machine runs once, and all tests look at what its evening told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.bluez.machine.run import evening
from tests.bluez.machine.unavailable import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

WANTED = "FASCIWATCH_BLUEZ"
"""In the environment: 1 makes a machine that cannot be had a failure instead of a reason to skip, 0 leaves it out."""


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each scenario of the evening has told."""
    wanted = os.environ.get(WANTED, "")
    if wanted == "0":
        pytest.skip(f"{WANTED}=0: the real Bluetooth stack is left out")
    try:
        return {line["scenario"]: line for line in evening(tmp_path_factory.mktemp("machine"))}
    except UnavailableError as error:
        reason = f"no machine with a real Bluetooth stack: {error}"
        if wanted:
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture
def played(told) -> Callable[[str], dict[str, Any]]:
    """Tell what a scenario came to; one that went wrong fails here, with the reason."""

    def look_up(scenario: str) -> dict[str, Any]:
        outcome = told[scenario]
        assert outcome["trouble"] == ""
        assert outcome["left"]["failures"] == []
        return outcome

    return look_up
