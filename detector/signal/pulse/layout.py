"""What is kept of the heart beat: one structured record within the detector's state."""

from __future__ import annotations

import numpy as np

STREAM_KEPT, STREAM_SPAN = 1280, 1024
"""Samples of the slow stream that are kept at least, a quarter of a minute at its highest rate; and that come after."""
STREAM = STREAM_KEPT + STREAM_SPAN
TEMPLATE = 112
"""Most samples of the slow stream in a template."""
LEARNT = 480
"""Most samples of the learnt interval."""
PHASES = 41
"""Stretches of the interval whose noise is known apart."""
BEATS = 64
"""Beats that are remembered with their places."""
OFTEN = 3
"""Events whose times are remembered."""
SCORES = 8
"""Beats whose likeness decides whether the pulse is still followed."""
SPANS = 32
"""Stretches of the slow stream whose largest size is remembered: a minute."""
BUSTLE = 30
"""Intervals of which it is remembered how much moved in each."""


def pulse_state(gates: int) -> np.dtype[np.void]:
    """What is kept of the pulse where the gate has so many filters."""
    return np.dtype(
        [
            # The slow stream. Its samples count on through short gaps.
            ("count", "i8"),
            ("origin", "i8"),
            (
                "begins",
                "i8",
            ),  # index of the first sample since the filters were last started, and its place in the stream
            ("begins_at", "i8"),
            ("held_sum", "f8", (3,)),  # samples that wait to be averaged to one
            ("held_count", "i8"),
            ("zi", "f8", (3, 2)),
            ("stream", "f4", (3, STREAM)),
            ("sizes", "f4", (STREAM,)),  # length of each of its vectors
            ("usual", "f8"),  # its clipped mean
            ("stir", "f8"),  # share of the latest vectors that are far above that
            ("spans", "i8"),  # whole stretches of it so far, and the largest size in each of the latest
            ("largest", "f4", (SPANS,)),
            ("gravity", "f4", (SPANS, 3)),  # and how the sensor lay at its end
            ("loud_at", "i8"),  # place of the latest vector far above that: a movement
            ("likeness", "f4", (STREAM,)),  # correlation with the template of a beat that is there
            ("value", "f8", (STREAM,)),  # of the best chain of beats that ends there
            ("step", "i4", (STREAM,)),  # from the beat before it in that chain
            # Where nothing is followed.
            ("echo", "f8"),  # highest autocorrelation of the size within the intervals of a heart, and where
            ("echo_lag", "f8"),
            ("looked", "i8"),  # index at which one was last looked for
            ("free_to", "i8"),  # while it waits the gate may go so far
            ("wait_from", "i8"),  # index of the sample from which on the gate waits for a beat to be found
            ("disturbed", "i8"),  # index of the sample at which the latest movement ended, or the stretch began
            ("noticed", "i8"),  # the same, once it has been taken account of
            ("event_at", "f8"),  # latest event that may be a beat, and the interval of those before it
            ("events_at", "f8", (OFTEN,)),  # the latest of them, and how many there were
            ("events", "i8"),
            ("event_interval", "f8"),
            ("even", "i8"),  # how many of them came at that interval, or a multiple of it
            ("crowded", "i8"),  # 1: it stands out of the noise every second or so
            ("suspected", "i8"),  # 1: nothing is followed, and what shows may be beats
            ("lost", "i8"),  # index at which a pulse was last followed
            ("begun_from", "i8"),  # places of a rhythm that began out of quiet
            ("begun_to", "i8"),
            # What is followed.
            ("locked", "i8"),
            ("interval", "f8"),  # in samples of the stream
            ("template", "f8", (3, TEMPLATE)),
            ("mask", "f8", (3, TEMPLATE)),  # 1 where the template stands out of the noise
            ("length", "i8"),
            ("beats", "i8"),  # since it was found
            ("last", "i8"),  # place of the last beat that is final
            ("next", "i8"),  # place in the stream at which the likeness is wanted next
            ("chain_from", "i8"),
            ("scores", "f8", (SCORES,)),
            ("known", "i8"),  # 1 once one has been followed
            ("doubt", "i8"),  # beats to come before it is followed on after a movement, and how like a beat they were
            ("doubt_sum", "f8"),
            # Beats as indices of samples, the last `BEATS` of them.
            ("placed", "i8"),
            ("at", "f8", (BEATS,)),
            ("covered_from", "i8"),  # samples between these have a beat before them that is known
            ("covered_to", "i8"),
            # What was learnt of the interval.
            ("learnt", "i8"),  # intervals
            ("peak", "f8", (3,)),  # of the mean beat, and its direction
            ("direction", "f8", (3,)),
            ("p2p_g", "f8"),  # of the mean beat, along its main axis
            ("left", "f8"),  # share of the energy that stays when the mean interval is taken away
            ("mean_beat", "f8", (3, LEARNT)),
            ("weight", "f8", (LEARNT,)),
            ("covariance", "f8", (gates, PHASES, 6)),  # of the gate's outputs after the beat was taken away
            ("seen", "f8", (PHASES,)),
            ("whitening", "f4", (gates, PHASES, 6)),
            ("noise", "f8", (PHASES,)),  # mean energy of a sample
            ("gathered", "f8", (gates, PHASES, 6)),  # sums over the interval in progress
            ("gathered_count", "i8", (gates, PHASES)),
            # How loud what is left of a beat gets: its largest square, and logarithms of those of the beats before.
            ("loudest", "f8"),
            ("loudness", "f8"),
            ("loudness_spread", "f8"),  # variance
            ("loudness_count", "f8"),
            ("tail", "f8"),  # thresholds are so many times what they are in Gaussian noise
            ("bustle", "f8", (BUSTLE,)),  # mean size of movement in each of the latest intervals; how many there were
            ("bustle_count", "i8"),
            # The stretch that is told next.
            ("told_from", "f8"),
            ("told_beat", "f8"),  # the latest beat that was handed out
            ("told_beats", "i8"),
            ("told_likeness", "f8"),
        ]
    )
