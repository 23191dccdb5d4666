"""Promise: what `score` says of a night whose truth is known is that truth: counts, quiet time, masks, sizes,
reviewers; and marks of another time are refused with the offset that fits."""

from __future__ import annotations

import numpy as np
import pytest

from detector.errors import FasciwatchError
from detector.scoring.agreement import agreement, rate_bias
from detector.scoring.compare import Counts
from detector.scoring.people import pool
from detector.scoring.picture import picture
from detector.scoring.reading.numbers import AnnotationError
from detector.scoring.run import Wish, score
from detector.scoring.spans import both, holds, seconds, spans_of, without
from detector.scoring.words import in_words, pooled_in_words
from firmware_bridge.samples import NS


def csv_of(onsets, kind="twitch", lasts=0.2):
    return "onset,duration,kind\n" + "".join(f"{onset!r},{lasts},{kind}\n" for onset in onsets)


@pytest.fixture
def twitches_s(onsets_s):
    return [onset for number, onset in enumerate(onsets_s) if number % 20 != 19]


def test_all_is_found_where_the_marks_are_the_events(night, annotations, twitches_s):
    told = score(night, annotations(csv_of(twitches_s))).comparison
    assert told.counts == Counts(len(twitches_s), 0, 0)
    assert told.onset_error_ms == (0.0, 0.0, 0.0)
    assert (told.observed_s, told.outside) == (29 * 60, 0)
    assert told.rates.mean == 0
    assert told.agreement.positive == told.agreement.kappa == told.agreement.ac1 == 1.0
    assert [each.tolerance_ms for each in told.tolerances] == [150, 100, 250]


def test_what_is_late_missing_and_too_much(night, annotations, twitches_s):
    late = [onset - 0.12 for onset in twitches_s[::2]]  # each second event has a mark 120 ms before it
    told = score(night, annotations(csv_of([*late, 7.0, 8.0]))).comparison
    half = len(late)
    assert told.counts == Counts(half, 2, len(twitches_s) - half)
    assert told.tolerances[1].counts.hits == 0
    assert told.tolerances[2].counts.hits == half
    assert told.onset_error_ms == pytest.approx((120.0, 120.0, 120.0))
    assert told.counts.sensitivity == pytest.approx(half / (half + 2))


def test_false_alarms_are_counted_by_the_quiet_time_they_lie_in(night, annotations, twitches_s):
    told = score(night, annotations(csv_of(twitches_s[:1]))).comparison
    # Minute 5 cannot be measured, and a quarter of a second on both sides of the mark is no quiet time.
    assert told.quiet_s == pytest.approx(28 * 60 - 0.7)
    in_minute_5 = sum(300 <= onset < 360 for onset in twitches_s)
    assert told.false_in_quiet == len(twitches_s) - 1 - in_minute_5
    assert told.false_per_quiet_hour == pytest.approx(told.false_in_quiet * 3600 / told.quiet_s)


def test_masked_time_counts_for_nothing(night, annotations, twitches_s):
    words = csv_of(twitches_s) + "600.0,300.0,BAD_movement\n1000.0,100.0,my mask\n"
    told = score(night, annotations(words), Wish(ignore=("my",))).comparison
    left = [onset for onset in twitches_s if not (600 <= onset < 900 or 1000 <= onset < 1100)]
    assert told.counts == Counts(len(left), 0, 0)
    assert told.ignored_s == 240 + 100  # the gap was none of it
    assert told.observed_s == 29 * 60 - 340


def test_by_kind_and_by_size(night, annotations, onsets_s):
    words = "onset,duration,kind\n" + "".join(
        f"{onset},0.2,{'movement' if number % 20 == 19 else 'twitch'}\n" for number, onset in enumerate(onsets_s)
    )
    told = score(night, annotations(words)).comparison
    assert told.by_kind["movement"] == Counts(len(onsets_s) // 20, 0, 0)
    assert told.by_kind["twitch"].missed == 0
    # No size stands in the file: those of the marks are measured, within the noise of half a mg.
    sizes = {(each.low_mg, each.high_mg): each for each in told.amplitudes}
    assert sum(each.marks for each in told.amplitudes) == told.marks
    assert sizes[12.0, 20.0].events == sizes[12.0, 20.0].true
    assert sizes[12.0, 20.0].marks == pytest.approx(sizes[12.0, 20.0].events, abs=4)


def test_a_higher_score_finds_less_and_errs_less(night, annotations, twitches_s):
    sweep = score(night, annotations(csv_of(twitches_s[::2]))).comparison.sweep
    assert [point.score for point in sweep] == [1, 2, 3, 4, 5]
    hits = [point.counts.hits for point in sweep]
    false = [point.false_per_quiet_hour for point in sweep]
    assert hits == sorted(hits, reverse=True)
    assert false == sorted(false, reverse=True)


def test_marks_by_another_name(night, annotations, twitches_s):
    path = annotations(csv_of(twitches_s, "Zucken") + "7.0,0.1,Husten\n")
    assert score(night, path).comparison.counts == Counts(len(twitches_s), 1, 0)
    assert score(night, path, Wish(labels=("zucken",))).comparison.counts == Counts(len(twitches_s), 0, 0)
    with pytest.raises(AnnotationError, match="no marks called gibts"):
        score(night, path, Wish(labels=("gibts",)))


@pytest.mark.parametrize(
    ("offset_s", "words"), [(3600.0, r"-3600 \(1 h"), (-2 * 3600.0, r"7200 \(2 h"), (4711.25, "-4711.25")]
)
def test_marks_of_another_time_are_refused_with_the_offset_that_fits(night, annotations, twitches_s, offset_s, words):
    uneven = [onset for number, onset in enumerate(twitches_s) if number % 7 not in {2, 3}]
    path = annotations(csv_of([onset + offset_s for onset in uneven]))
    with pytest.raises(FasciwatchError, match=f"lie within the recording: with --offset-s {words}"):
        score(night, path)
    told = score(night, path, Wish(offset_s=-offset_s)).comparison
    assert told.counts.hits == len(uneven)


def test_a_shift_that_leaves_most_inside_is_told(night, annotations, twitches_s):
    uneven = [onset for number, onset in enumerate(twitches_s) if number % 7 not in {2, 3}]
    path = annotations(csv_of([onset + 2.75 for onset in uneven]))
    assert any("--offset-s -2.75" in note for note in score(night, path).notes)


def test_another_day_names_the_offset_too(night, annotations, twitches_s):
    uneven = [onset for number, onset in enumerate(twitches_s) if number % 7 not in {2, 3}]
    path = annotations(csv_of([onset + 1.7e9 for onset in uneven]))
    with pytest.raises(FasciwatchError, match=r"with --offset-s 955\d\d\d\d\d"):
        score(night, path)


def test_the_labels_of_a_reviewer_as_marks(judged):
    told = score(judged, judged, Wish(reviewer="Ada"))
    counts = told.comparison.counts
    assert counts.missed == 0
    assert counts.hits == pytest.approx(counts.false, abs=12)
    assert any("what it missed stands in no label" in note for note in told.notes)


def test_two_reviewers_of_one_night_against_each_other(judged):
    """Ben judged ten events, of which Ada says that five are none; nothing else counts."""
    told = score(judged, judged, Wish(reviewer="Ada", by="Ben")).comparison
    assert told.counts == Counts(5, 0, 5)
    with pytest.raises(AnnotationError, match="has no labels of Cem: it has those of Ada, Ben"):
        score(judged, judged, Wish(reviewer="Cem"))


def test_a_night_against_another_one(night, judged, hard, tmp_path):
    copy = hard(tmp_path / "again.night")
    told = score(night, copy)
    assert told.comparison.counts.f1 == 1.0
    assert any("Nobody has judged" in note for note in told.notes)


def test_several_wearables_want_a_name(hard, tmp_path, annotations, twitches_s):
    path = hard(tmp_path / "two.night", sensors=("Left", "Right"))
    marks = annotations(csv_of(twitches_s))
    with pytest.raises(AnnotationError, match="say which with --sensor: Left, Right"):
        score(path, marks)
    assert score(path, marks, Wish(sensor="Right")).comparison.counts.f1 == 1.0


def test_a_night_without_a_date_takes_seconds_and_no_dates(hard, tmp_path, annotations, twitches_s):
    path = hard(tmp_path / "undated.night", dated=False)
    assert score(path, annotations(csv_of(twitches_s))).comparison.counts.f1 == 1.0
    with pytest.raises(AnnotationError, match="the night has none"):
        score(path, annotations("onset,duration,kind\n2026-11-23T21:00:00Z,0,twitch\n", "dated.csv"))


def test_words_and_picture(night, annotations, twitches_s):
    path = annotations(csv_of(twitches_s), "a<b>&.csv")
    told = score(night, path)
    words = "\n".join(in_words(told))
    for each in ("sensitivity", "quiet time", "positive agreement", "AC1", "kappa", "mg p-p", "5 min"):
        assert each in words
    drawn = picture(told)
    assert drawn.startswith("<svg")
    assert "a&lt;b&gt;&amp;.csv" in drawn
    assert "<script" not in drawn


def test_agreement_is_that_of_the_books():
    """Gwet (2008) table: both mark 40 of 100 seconds, one alone 9 and 6."""
    starts = np.arange(100) * NS
    one = np.concatenate([starts[:40], starts[40:49]])
    other = np.concatenate([starts[:40], starts[49:55]])
    told = agreement((one, one + 1), (other, other + 1), spans_of([(0, 100 * NS)]))
    assert (told.bins, told.both, told.only_reference, told.only_found) == (100, 40, 9, 6)
    assert told.positive == pytest.approx(80 / 95)
    by_chance = 0.49 * 0.46 + 0.51 * 0.54
    assert told.kappa == pytest.approx((0.85 - by_chance) / (1 - by_chance))
    pi = (0.49 + 0.46) / 2
    assert told.ac1 == pytest.approx((0.85 - 2 * pi * (1 - pi)) / (1 - 2 * pi * (1 - pi)))


def test_kappa_is_low_and_ac1_is_not_where_events_are_rare():
    starts = np.arange(10_000) * NS
    one, other = starts[:10], starts[5:15]
    told = agreement((one, one + 1), (other, other + 1), spans_of([(0, 10_000 * NS)]))
    assert told.positive == pytest.approx(0.5)
    assert told.kappa == pytest.approx(0.5, abs=1e-3)
    assert told.ac1 > 0.99


def test_the_rate_bias_is_that_of_bland_and_altman():
    spans = spans_of([(0, 900 * NS)])
    told = rate_bias(np.array([10, 20]) * NS, np.array([10, 310, 320, 330, 610]) * NS, spans)
    apart = np.array([-1, 3, 1])
    assert told.bins == 3
    assert told.mean == pytest.approx(1.0)
    assert told.high - told.mean == pytest.approx(1.96 * apart.std(ddof=1))


def test_intervals_come_from_people_and_need_five(night, annotations, twitches_s):
    some = [
        score(night, annotations(csv_of(twitches_s[skip:]), f"{skip}.csv")).comparison for skip in (0, 10, 20, 40, 60)
    ]
    told = pool({str(number): [each] for number, each in enumerate(some)})
    low, high = told.intervals["precision"]
    assert low < told.counts.precision < high
    few = pool({str(number): [each] for number, each in enumerate(some[:4])})
    assert few.intervals == {}
    assert "no intervals: they need 5 people, and there are 4" in "\n".join(pooled_in_words(few))
    # Ten nights of one person are one person.
    assert pool({"A": some * 2}).intervals == {}


def test_stretches_of_time():
    a, b = spans_of([(0, 10), (5, 20), (30, 40), (7, 7)]), spans_of([(8, 12), (35, 60)])
    assert a.tolist() == [[0, 20], [30, 40]]
    assert without(a, b).tolist() == [[0, 8], [12, 20], [30, 35]]
    assert both(a, b).tolist() == [[8, 12], [35, 40]]
    assert holds(a, np.array([-1, 0, 19, 20, 35])).tolist() == [False, True, True, False, True]
    assert seconds(spans_of([])) == 0
