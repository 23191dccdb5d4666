"""Promise: the page answers a night's sheets under a policy that allows less than its own, and to nobody else."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("reader", ["patient", "clinician"])
def test_a_sheet_may_show_its_own_style_and_nothing_else(page, night, key, reader):
    answer = page.get(f"/night/{key(night)}/sheet/{reader}")
    assert answer.status == 200
    allowed = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert allowed["default-src"] == "'none'"
    assert allowed["style-src"].startswith("'sha256-")
    assert allowed["frame-ancestors"] == "'none'"
    assert "script-src" not in allowed
    assert answer.headers["cache-control"] == "no-store"
    assert "content-disposition" not in answer.headers


def test_it_is_saved_by_a_code(page, night, key):
    told = page.get(f"/night/{key(night)}/sheet/patient?save=1").headers["content-disposition"]
    assert told.startswith('attachment; filename="fasciwatch-')
    assert night.stem not in told


def test_strangers_and_other_sheets_are_refused(page, stranger, night, key):
    assert stranger.get(f"/night/{key(night)}/sheet/patient").status in {401, 403}
    assert page.get(f"/night/{key(night)}/sheet/lawyer").status == 404
    assert page.get("/night/000000000000/sheet/patient").status == 404
