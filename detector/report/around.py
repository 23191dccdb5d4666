"""What is known beyond a night itself: the nights before it, and what the person wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from detector.diary import Diary
from detector.diary.facts import parts_of
from detector.errors import DiaryError
from detector.figures.trend import trend_figure
from detector.report.phrases import between, cut_off, day, evening_of, rate, short_time, titles_of
from detector.report.pictures import Shown
from detector.summary.many.cache import Summaries
from detector.summary.many.said import left_out_counts, shown, size_words
from detector.summary.many.table import place_named, table_of
from detector.summary.many.usual import usual

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from gettext import NullTranslations
    from pathlib import Path

    from detector.report.facts import NightFacts
    from detector.summary.many.cache import Summed
    from detector.summary.many.table import Table, TrendNight
    from detector.summary.many.usual import Usual

MOST_BEFORE = 90
"""Nights that are looked at before the last one."""
MOST_DRAWN = 60
"""Nights in a figure, where no others are asked for."""
MOST_ROWS, MOST_ROWS_OF_TWO = 7, 4
"""Nights in a table beside a figure, for one place and for two."""

_LEAST_DRAWN = 2
_WIDE, _HALF = (420.0, 170.0), (335.0, 150.0)
_LONGEST = 160
_MOST_TREATMENTS = 6


'''
