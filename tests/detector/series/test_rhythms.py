"""Promise: tremor is told in episodes with its frequency, the pulse with its share of the observed time."""

from __future__ import annotations

import pytest

from detector.series import Span, observed_spans, summarise_pulse, tremor_episodes

NIGHT = [Span(0.0, 100.0)]


def test_stretches_less_than_2_s_apart_are_one_episode(event):
    stretches = [event(10.0, "tremor", 3.0, dominant_hz=5.0), event(14.75, "tremor", 1.0, dominant_hz=6.0)]
    (episode,) = tremor_episodes(stretches, NIGHT)
    assert (episode.onset_s, episode.duration_s, episode.count) == (10.0, 5.75, 2)
    assert episode.dominant_hz == pytest.approx(5.25)
    apart = [stretches[0], event(15.0, "tremor", 1.0)]
    assert [(one.count, one.interval_s) for one in tremor_episodes(apart, NIGHT)] == [(1, None), (1, None)]


def test_a_long_stretch_holds_the_short_ones_in_it(event):
    stretches = [event(10.0, "tremor", 8.0), event(12.0, "tremor", 1.0), event(19.0, "tremor", 1.0)]
    (episode,) = tremor_episodes(stretches, NIGHT)
    assert (episode.count, episode.duration_s) == (3, 10.0)


def test_a_gap_ends_an_episode(event):
    stretches = [event(10.0, "tremor", 3.0, flags="cut"), event(13.5, "tremor", 3.0)]
    assert len(tremor_episodes(stretches, observed_spans(100.0, [(13.0, 13.1)]))) == 2


def test_what_has_no_length_has_a_frequency(event):
    (episode,) = tremor_episodes([event(10.0, "tremor", 0.0, dominant_hz=7.0)], NIGHT)
    assert episode.dominant_hz == 7.0


def test_pulse_share_and_beats(event):
    stretches = [
        event(0.0, "pulse", 20.0, dominant_hz=1.0),
        event(20.0, "pulse", 20.0, dominant_hz=0.9),
        event(50.0, "pulse", 10.0, dominant_hz=1.2),
    ]
    pulse = summarise_pulse(stretches, NIGHT)
    assert (pulse.share, pulse.recognised_s) == (pytest.approx(0.5), pytest.approx(50.0))
    assert (pulse.lowest_per_minute, pulse.beats_per_minute, pulse.highest_per_minute) == pytest.approx((54, 60, 72))


def test_time_counts_once_and_only_where_observed(event):
    stretches = [event(0.0, "pulse", 20.0), event(10.0, "pulse", 20.0), event(90.0, "pulse", 60.0)]
    pulse = summarise_pulse(stretches, [Span(0.0, 40.0), Span(80.0, 100.0)])
    assert pulse.recognised_s == pytest.approx(40.0)
    assert pulse.share == pytest.approx(40 / 60)


def test_no_pulse_is_none(event):
    assert summarise_pulse([event(1.0), event(5.0, "tremor", 3.0)], NIGHT) is None
    assert summarise_pulse([], []) is None


def test_a_glimpse_of_a_pulse_says_nothing_of_the_night(event):
    def felt(seconds):
        return summarise_pulse([event(0.0, "pulse", seconds, dominant_hz=1.0)], NIGHT)

    assert felt(0.5).is_glimpse
    assert not felt(20.0).is_glimpse
