"""What the kernel carries from call to call, what it is told, and what it hands back: one structured array each."""

from __future__ import annotations

import numpy as np

from detector.signal.pulse.layout import pulse_state

BLOCK = 128
"""Samples done at a time; whatever is renewed now and then is renewed where a sample's index is a multiple of it."""

HISTORY = 4096
"""Samples of look-back, at most: sixteen seconds at the highest rate the kernel runs at."""

SPAN = 8192
"""Samples that come after the look-back before it is moved; a multiple of `BLOCK`."""

GATES = 2
"""Coarse matched filters that run over every sample: a short one and a long one."""

GATE_TAPS = 64
LANES = 8
"""Filters of the bank that are done at once."""

BANK = GATES * LANES
"""Shapes in the bank, which is applied where the gate opens: a half of short ones, a half of long ones."""

TAPS = 96
"""Most taps of a filter of the bank."""

FAMILIES = 16
"""Families of events that are remembered at a time."""

BLOCKS = 8
"""The first noise floor is the median over so many stretches: a twitch among them does not spoil it."""

FREQUENCIES = 24
"""Bins of an event's spectrum."""

LAGS = 24
"""Lags of a long event's autocorrelation: 3.4 Hz at the highest rate of the long filter's stream."""

WINDOW_LAGS = 48
"""Lags that a window of the long filter's stream is correlated at: 0.6 s at its highest rate."""

HELD = 32
"""Most detections that wait until it is known whether a movement was held."""

ROOM = 64 + HELD
"""Most detections of one block, or beats of one look at the pulse, and what was held until then."""

STRETCHES = 64
"""Stretches of samples between gaps whose times are remembered: the latest."""

MAX_LAGS = 64
"""Most onsets the bank is tried at."""

FORM_TAPS, KNOCK_TAPS = 200, 30
"""Most taps of a form that an event is compared with, and of that of a knock."""

TWITCH_FORMS, KNOCK_FORMS, DOWN_FORMS, BUZZ_FORMS = 348, 208, 70, 320
"""Most forms of a kind."""

FLAT_ENERGY = 1e-14
"""Energy (0.1 µg squared) below which a sample is no noise but a constant: it says nothing of the noise floor."""

CLIPPED, CUT, GLITCH, JERK, SUDDEN, CLONUS = 1, 2, 4, 8, 16, 32
"""Flags of a detection."""

NOTHING, TWITCH, TRAIN, LIMB_MOVEMENT, MOVEMENT, TREMOR, PULSE, TAP, BEAT = range(-1, 8)
"""Kinds of a detection, in the order of `detector.events.KINDS`; a single beat of the pulse is no event of its own."""

DETECTION = np.dtype(
    [
        ("onset", "f8"),  # sample indices
        ("end", "f8"),
        ("kind", "i8"),
        ("marks", "i8"),
        ("family", "i8"),
        ("score", "f8"),  # statistic over its threshold
        ("snr", "f8"),  # squared output of the best filter over the noise's
        ("peak_g", "f8"),
        ("p2p_g", "f8"),
        ("dominant_hz", "f8"),
        ("direction", "f8", (3,)),
    ]
)

RUN = np.dtype(
    [
        ("trigger", "i8"),  # index at which the gate opened
        ("last_over", "i8"),  # last index at which it was open
        ("peak_at", "i8"),  # index, filter and level of the strongest output
        ("peak_gate", "i8"),
        ("peak_level", "f8"),
        ("noise", "f8"),  # mean energy of a sample of noise when it began
        ("first_busy", "i8"),  # first and last index above the noise
        ("last_busy", "i8"),
        ("energy_at", "i8"),  # index and energy of the strongest sample
        ("energy", "f8"),
        ("described", "i8"),  # `energy_at` that the description below is of
        ("marks", "i8"),
        ("peak_g", "f8"),
        ("p2p_g", "f8"),
        ("dominant_hz", "f8"),
        ("direction", "f8", (3,)),
        ("before", "f8", (3,)),  # gravity before it
        ("added", "i8"),  # index of the first sample not yet in the sums below
        ("total", "f8"),  # energy, and its first moment in time
        ("moment", "f8"),
        ("bend", "f8"),  # energy of the differences, and of what they are taken from
        ("bent", "f8"),
        ("second", "f8", (6,)),  # second moments of the axes: xx xy xz yy yz zz
        ("product", "f8", (LAGS,)),  # lagged products in the long filter's stream
        ("rhythmic", "i8"),  # windows of its rhythmic stretch so far; 0 where there is none
        ("rhythm_first", "i8"),  # first and last index of that stretch
        ("rhythm_last", "i8"),
        ("rhythm_hz", "f8"),  # its latest frequency, and the sum over its windows
        ("rhythm_sum", "f8"),
        ("evidence", "f8"),  # sum over its windows of how far their correlation is beyond the least
        ("tremor", "i8"),  # 1: the stretch is long enough for a tremor, and the run begins with it
        ("rest", "i8"),  # 1: a tremor in this run has been told; what is left follows it
        ("sharpest", "f8"),  # largest energy of a second difference
        ("over", "f8"),  # energy over the noise's, sample by sample, and its first moment in time
        ("over_moment", "f8"),
        ("started", "i8"),  # `first_busy` that the next six are of: its beginning, see `sudden`
        ("early", "f8"),  # energy of its first 0.3 s, and of its first 0.4 s, less the noise
        ("start", "f8"),
        ("start_sharp", "f8"),  # largest energy of a second difference in its first 0.15 s
        ("start_share", "f8"),  # share of the early energy along its main axis
        ("rise", "f8"),  # seconds in which it comes to the largest of its first samples
        ("unrest", "f8"),  # what was there before, over that sample
        ("beats", "i8"),  # windows in the latest row of beats so far; see `clonus`
        ("beats_from", "i8"),  # index from which on windows are looked at
        ("beats_first", "i8"),  # first and last index of the row
        ("beats_last", "i8"),
        ("beats_hz", "f8"),  # frequency of its latest window; sums of the frequencies and of the correlations
        ("beats_hz_sum", "f8"),
        ("beats_agree", "f8"),
        ("beats_loudest", "f8"),  # logarithm of the size of its loudest window, and the index at which that ends
        ("beats_loudest_at", "i8"),
        ("beats_fallen", "f8"),  # that of its latest over it
        ("beats_top", "f8"),  # size of the loudest window of the run so far, and of those up to the row's first
        ("beats_before", "f8"),
        ("beats_sums", "f8", (6,)),  # 1 t l tt tl ll of time and logarithm of the size since then
        ("clonus_at", "i8"),  # middle of the latest row that died out as a clonus does; -1 where there is none
    ]
)

STATE = np.dtype(
    [
        ("index", "i8"),  # samples taken in
        ("sensed", "i8"),  # samples that the gate has passed: it stays behind where a heart beat is not ruled out
        ("reach", "i8"),  # index of the first sample it must not pass yet
        ("ticked", "i8"),  # index at which the pulse was last looked after
        ("calm_to", "i8"),  # index before which it need not be again: nothing happens
        ("origin", "i8"),  # index of the first sample after the look-back
        ("missing_s", "f8"),  # length of all gaps
        ("lost", "i8"),  # samples pushed that no average was made of: a gap came
        ("stretches", "i8"),  # remembered below: the latest between two gaps
        ("stretch_from", "i8", (STRETCHES,)),  # index of the first sample
        ("stretch_lost", "i8", (STRETCHES,)),  # what was lost and missing before it
        ("stretch_missing_s", "f8", (STRETCHES,)),
        ("step_g", "f8", (3,)),  # quantisation step of each axis, 0 where none is known
        ("step_unit", "f8", (3, 2)),  # what differences are multiples of: between neighbours, between plateaus
        ("step_least", "f8", (3, 2)),  # the smallest of those that recur
        ("step_hits", "f8", (3, 2)),  # how many were multiples, and how many were not
        ("step_misses", "f8", (3, 2)),
        ("floor_min", "f8", (3,)),  # least noise variance of a sample along each axis
        ("segment", "i8"),  # index of the first sample since the filters were last started
        ("ready", "i8"),  # index from which on the filters' outputs count
        ("restart", "i8"),  # 1: the next valid sample starts the filters
        ("zi", "f8", (3, 4)),  # of each axis the last two inputs and outputs: direct form I
        ("raw", "f4", (3, HISTORY + SPAN + TAPS)),
        ("plain", "f4", (3, HISTORY + SPAN + TAPS)),  # high-passed
        ("moved", "f4", (3, HISTORY + SPAN + TAPS)),  # the same, what was learnt of the heart beat taken away
        (
            "streams",
            "f4",
            (GATES, 3, HISTORY + SPAN + TAPS),
        ),  # the same, neighbours added up: for each filter of the gate
        ("settling", "i8"),  # 2: no noise floor yet; 1: none to be trusted, one assumed instead; 0: one is known
        ("moving", "i8"),  # 1: a movement goes on, or the level is far above the noise floor; as of the latest block
        ("hold", "i8"),  # 1: a tremor goes on, and the noise floor does not follow it; as of the latest block
        ("fell", "i8"),  # 1: since the latest block began, the noise floor has fallen to what it was measured anew at
        ("blocks_done", "i8"),  # of the first noise floor
        ("block_done", "i8", (GATES,)),  # blocks so far, the latest `BLOCKS` of which are below
        ("block_count", "i8", (GATES,)),
        ("block_sum", "f8", (GATES,)),
        ("block_mean", "f8", (GATES, BLOCKS)),
        ("floor_step", "f8", (GATES,)),
        ("covariance", "f8", (GATES, 6)),  # xx xy xz yy yz zz of each gate filter's output, clipped mean
        ("recent", "f8", (GATES,)),  # its size of late over that
        ("boost", "f8", (GATES,)),  # what is made of that
        ("loud_since", "i8", (GATES,)),  # index of the last output that may be noise
        ("noise", "f8"),  # mean energy of a high-passed sample of noise
        ("floor_whitening", "f4", (GATES, 6)),  # lower triangle that makes its output white
        ("whitening", "f4", (GATES, 6)),  # the same, or that of a phase of the beat: of what is looked at
        ("colour", "f8", (BANK,)),  # variance of a bank filter's output over what white noise would give
        ("bank_scale", "f4", (GATES, LANES)),  # one over the variance of a bank filter's whitened output
        ("census", "f8"),  # outputs the colour was taken from
        ("heard", "f8", (GATES,)),  # mean whitened square the noise should give: less than 3 where the floor is bounded
        ("next_family", "i8"),
        ("family_number", "i8", (FAMILIES,)),
        ("family_count", "i8", (FAMILIES,)),  # events so far; 0 where the place is free
        ("family_last", "i8", (FAMILIES,)),  # index of the latest
        ("family_shape", "i8", (FAMILIES,)),  # filter of the bank nearest to its clearest event
        ("family_offset", "i8", (FAMILIES,)),  # how much later that shape lies than the family's filter, in `PARTS`
        ("family_best", "f8", (FAMILIES,)),  # square of that event
        ("family_noise", "f8", (FAMILIES,)),  # variance of its output over what is expected of its shape
        ("family_heard", "f8", (FAMILIES,)),  # outputs that was taken from
        ("family_explained", "f8", (FAMILIES,)),  # sum of its squares over its events but the first, and of theirs
        ("family_own", "f8", (FAMILIES,)),
        ("family_length", "i8", (FAMILIES,)),  # taps
        ("family_weight", "f8", (FAMILIES,)),  # sum of squared signal-to-noise ratios
        ("family_power", "f8", (FAMILIES,)),  # sum of squared amplitudes
        ("family_bend", "f8", (FAMILIES,)),  # energy of its taps' differences over that of its taps
        ("family_faced", "f8", (FAMILIES,)),  # sum of those that the direction is the mean of
        ("family_vector", "f8", (FAMILIES, 3)),  # sum of amplitude times output
        ("family_direction", "f8", (FAMILIES, 3)),
        ("family_sum", "f8", (FAMILIES, TAPS)),  # sum of amplitude times movement
        ("family_work", "f8", (TAPS,)),
        ("family_taps", "f4", (FAMILIES // LANES, TAPS * LANES)),
        ("active", "i8"),
        ("shade", "f8"),  # level below which the gate stays shut after a run, and until when
        ("shade_end", "i8"),
        ("run", RUN),
        ("pulse", pulse_state(GATES)),
        ("movement_end", "i8"),
        ("limb_end", "i8"),  # index of the last sample of the latest limb movement
        ("last_onset", "i8"),  # of the latest twitch
        ("held", DETECTION, (HELD,)),  # an event after which the posture differed, and what came after it
        ("held_count", "i8"),
        ("held_until", "i8"),  # index of the last sample that it may come back at
        ("held_before", "f8", (3,)),  # gravity before that event, and after it
        ("held_after", "f8", (3,)),
        ("thin_count", "i8"),  # samples waiting to be averaged, and their sum
        ("thin_sum", "f8", (3,)),
    ]
)

PARAMS = np.dtype(
    [
        ("gain", "f8"),  # high-pass: gain (1 - z^-1)^2 / (1 + a1 z^-1 + a2 z^-2)
        ("a", "f8", (2,)),
        ("factor", "i8", (GATES,)),  # samples added up to one of its stream
        ("gate_taps", "f4", (GATES, GATE_TAPS)),
        ("gate_length", "i8", (GATES,)),  # multiples of 4
        ("gate_lead", "i8", (GATES,)),  # zeros before the first tap, in samples of the stream
        ("gate_gain", "f8", (GATES,)),  # variance of the output in white noise of variance 1
        ("bank_taps", "f4", (GATES, TAPS * LANES)),
        ("bank_taps_of", "i8", (BANK,)),  # number of taps
        ("bank_length", "i8", (GATES,)),  # of the longest in each half, a multiple of 4
        ("bank_gain", "f8", (BANK,)),  # variance over that of the gate's output, in white noise
        ("bank_p2p", "f8", (BANK,)),
        ("bank_lasts", "f8", (BANK,)),  # in samples
        ("form_window", "i8"),  # samples that an event is compared with forms over, at most
        ("form_reach", "i8"),  # and how many before and after its onset a form may begin
        ("twitch_taps", "f4", (FORM_TAPS, TWITCH_FORMS)),
        ("twitch_in_use", "i8", (FORM_TAPS,)),  # forms, the longest of which come first, that go on at a tap
        (
            "twitch_late",
            "f8",
            (TWITCH_FORMS,),
        ),  # samples from its beginning to the first tap, and from there to its end
        ("twitch_lasts", "f8", (TWITCH_FORMS,)),
        ("knock_window", "i8"),
        ("knock_taps", "f4", (KNOCK_TAPS, KNOCK_FORMS)),
        ("down_taps", "f4", (FORM_TAPS, 2 * DOWN_FORMS)),  # in sine, then in cosine
        ("buzz_taps", "f4", (FORM_TAPS, 2 * BUZZ_FORMS)),
        ("buzz_forms", "i8"),  # how many there are
        ("floor_step", "f8"),
        ("recent_step", "f8"),
        ("census_step", "f8"),
        ("resolution_g", "f8"),  # quantisation step, 0 where it is to be found
        ("thinning", "i8"),  # samples averaged to one
        ("floor_every", "i8", (GATES,)),  # samples of each stream between looks at the noise
        ("gate", "f8"),  # level that opens a run
        ("threshold", "f8", (FAMILIES + 1,)),  # of the bank, by the number of families that look out for events
        ("family_threshold", "f8", (FAMILIES + 1,)),
        ("strong", "f8"),  # level above which a run needs no bank to be no noise
        ("block_length", "i8"),
        ("settle", "i8"),
        ("release", "i8"),
        ("long_release", "i8"),
        ("twitch_max", "i8"),
        ("refractory", "i8"),  # two twitches are at least so many samples apart
        ("near", "i8"),  # the bank is tried so many samples before and after the gate's onset, at least
        ("reach", "i8"),  # and at most
        ("half_window", "i8"),
        ("movement_rest", "i8"),
        ("long", "i8"),
        ("shade", "i8"),
        ("posture", "i8"),  # samples that make up a mean of gravity
        ("window", "i8"),  # samples of the long filter's stream that are looked at for a rhythm at a time
        ("hop", "i8"),  # samples between such looks
        ("beat_hop", "i8"),  # samples between looks for the beats of a clonus
        ("tremor_min", "i8"),  # shortest tremor
        ("patience", "i8"),  # samples without a rhythm that end a tremor; a shorter movement before it belongs to it
        ("piece", "i8"),  # a tremor this long is told while it goes on
        ("overlap", "i8"),  # but for so many samples, which the next piece begins with
        ("calm", "i8"),  # samples without a run after which an assumed noise floor is taken for the true one
        ("glitch_test", "i8"),
        ("look_back", "i8"),
        ("keep", "i8"),  # samples of look-back that are needed at this rate
        ("slow_factor", "i8"),  # samples averaged to one of the slow stream
        ("slow_hz", "f8"),
        ("slow_gain", "f8"),  # its high-pass, as that of the samples
        ("slow_a", "f8", (2,)),
        ("usual_step", "f8"),
        ("stir_step", "f8"),
        ("slow_lead", "i8"),  # samples of the slow stream before a beat that are a part of it
        ("echo_factor", "i8"),  # samples of the slow stream added up before they are correlated, and their lags
        ("echo_lags", "i8", (2,)),
        ("unrest", "i8"),  # a movement that lasts longer changes how the beat shows
        ("tick", "i8"),  # samples between two looks at the pulse
        ("pulse_patience", "i8"),  # samples the gate waits for a pulse to be found
        ("pulse_lead", "f8"),  # samples of the interval that lie before its beat
        ("phase_length", "f8"),  # samples in a phase of the interval
        ("hz", "f8", (FREQUENCIES,)),
        ("goertzel", "f8", (FREQUENCIES,)),  # 2 cos(2 pi f / rate)
        ("rate_hz", "f8"),
    ]
)
