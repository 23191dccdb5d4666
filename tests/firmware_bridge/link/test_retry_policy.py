"""Promise: no error ends a night that has begun, but for a rate that cannot be told; one that has not begun ends in
words where trying again mends nothing."""

from __future__ import annotations

import pytest

from firmware_bridge.errors import (
    ChargingError,
    FrameError,
    NoSuchWearableError,
    ServiceMissingError,
    UnforeseenError,
    UnsteadyRateError,
    WearableRefusedError,
)
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.retry_policy import BACKOFF_S, MISSING_SERVICE_RETRIES, PAIRING_ATTEMPTS, RetryPolicy
from firmware_bridge.link.session import LinkDownError, NeedsPairingError

LOST = GapCause.CONNECTION_LOST


def begun() -> RetryPolicy:
    policy = RetryPolicy()
    policy.has_streamed = True
    return policy


@pytest.mark.parametrize("policy", [RetryPolicy(), begun()], ids=["before", "begun"])
@pytest.mark.parametrize(
    ("error", "cause"),
    [(LinkDownError(GapCause.NO_DATA), GapCause.NO_DATA), (TimeoutError(), LOST), (FrameError("odd"), LOST)],
)
def test_what_may_pass_is_tried_again(policy, error, cause):
    assert policy.gap_cause(error) is cause


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (WearableRefusedError("no"), LOST),
        (NoSuchWearableError("nobody"), LOST),
        (ChargingError("charging"), GapCause.IN_CHARGER),
    ],
)
def test_what_a_person_can_mend_ends_a_night_before_it_has_begun_only(error, cause):
    with pytest.raises(type(error)) as raised:
        RetryPolicy().gap_cause(error)
    assert raised.value is error
    assert begun().gap_cause(error) is cause


def test_a_rate_that_cannot_be_told_ends_every_night():
    with pytest.raises(UnsteadyRateError):
        begun().gap_cause(UnsteadyRateError(52.0, (3.0, 90.0)))


def test_what_no_platform_threw_before_ends_a_night_in_words_or_not_at_all(caplog):
    with pytest.raises(UnforeseenError, match="RuntimeError"):
        RetryPolicy().gap_cause(RuntimeError("new"))
    assert begun().gap_cause(RuntimeError("new")) is LOST
    assert "unforeseen" in caplog.text


def test_a_missing_service_is_believed_at_last():
    policy = RetryPolicy()
    error = ServiceMissingError("a service is missing")
    assert [policy.gap_cause(error) for _ in range(MISSING_SERVICE_RETRIES)] == [LOST] * MISSING_SERVICE_RETRIES
    with pytest.raises(ServiceMissingError):
        policy.gap_cause(error)


def test_pairing_is_tried_so_many_times():
    policy = RetryPolicy()
    assert not policy.pairs
    for _ in range(PAIRING_ATTEMPTS):
        assert policy.gap_cause(NeedsPairingError()) is LOST
        assert policy.pairs
    with pytest.raises(WearableRefusedError, match="pair"):
        policy.gap_cause(NeedsPairingError())


def test_the_pauses_grow_until_samples_come():
    policy = RetryPolicy()
    assert [policy.next_pause_s() for _ in range(7)] == [*BACKOFF_S, BACKOFF_S[-1], BACKOFF_S[-1]]
    policy.succeeded()
    assert policy.next_pause_s() == BACKOFF_S[0]
