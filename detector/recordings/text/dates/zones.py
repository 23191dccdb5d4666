"""Names of time zones as programs write them after a time."""

from __future__ import annotations

OFFSETS: dict[str, float | None] = {
    **dict.fromkeys(("z", "utc", "gmt", "ut", "wet"), 0.0),
    **dict.fromkeys(("cet", "mez", "met", "west"), 1.0),
    **dict.fromkeys(("cest", "mesz", "eet", "sast"), 2.0),
    **dict.fromkeys(("eest", "msk", "trt"), 3.0),
    "jst": 9.0,
    "kst": 9.0,
    "hkt": 8.0,
    "sgt": 8.0,
    "awst": 8.0,
    "aest": 10.0,
    "aedt": 11.0,
    "nzst": 12.0,
    "nzdt": 13.0,
    "acst": 9.5,
    "acdt": 10.5,
    "edt": -4.0,
    "cdt": -5.0,
    "mdt": -6.0,
    "pst": -8.0,
    "pdt": -7.0,
    "akst": -9.0,
    "akdt": -8.0,
    "hst": -10.0,
    "brt": -3.0,
    "art": -3.0,
    "ndt": -2.5,
    **dict.fromkeys(("est", "cst", "mst", "ist", "bst", "ast", "sst", "nst", "gst"), None),
}
"""Hours east of UTC; None where several zones of the world have the name."""
