"""Promise: nobody but the browser that was opened gets an answer of the page: no other site, no other name for this
computer, no other program; and what is answered may load nothing from elsewhere."""

from __future__ import annotations

import logging

import pytest

from detector.review.serving.guard import ENTRANCE, HEADERS, MOST_BODY_BYTES, TOKEN_LIVES_S, Gate

PORT = 8123
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
VIEWS = ("/", "/computer", "/api/nights", "/api/texts", "/static/style.css", "/static/api.js", "/nothing")


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def timed(clock):
    taken = []
    gate = Gate(PORT, on_taken=lambda: taken.append(True), clock=lambda: clock[0])
    return gate, taken


@pytest.mark.parametrize("view", VIEWS)
def test_another_local_program_without_the_cookie_gets_no_answer(stranger, view):
    assert stranger.get(view).status == 401
    stranger.cookies[f"fasciwatch-{PORT}"] = "guessed"
    assert stranger.get(view).status == 401


@pytest.mark.parametrize("view", VIEWS[:-1])
def test_the_page_itself_gets_them(page, view):
    assert page.get(view).status == 200


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:9", "", "[::1]:8123"])
def test_another_name_for_this_computer_is_refused_also_with_the_cookie(page, host):
    """DNS rebinding: the browser takes what it gets for the other site's own."""
    assert page.get("/api/nights", ("host", host)).status == 421
    assert page.get("/api/nights", ("host", HOST), ("host", "evil.example")).status == 421


def test_localhost_is_a_name_of_this_computer(stranger, gate):
    assert stranger.get(f"{ENTRANCE}?token={gate.new_token()}", ("host", f"localhost:{PORT}")).status == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", f"https://{HOST}", "http://127.0.0.1:9", f"http://localhost:{PORT}", ""]
)
def test_nothing_is_written_for_a_second_origin(page, origin):
    assert page.post("/api/unlock", {}, ("origin", origin)).status == 403
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert page.get("/api/nights", ("origin", origin), method=method).status == 403


def test_another_site_of_this_computer_cannot_ask_although_the_browser_sends_the_cookie(page):
    """A port is no site of its own to a cookie."""
    for site in ("same-site", "cross-site"):
        assert page.get("/api/nights", ("sec-fetch-site", site), ("sec-fetch-mode", "no-cors")).status == 403
    assert page.get("/api/nights", ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")).status == 200


def test_a_token_opens_once(stranger, gate):
    token = gate.new_token()
    first = stranger.get(f"{ENTRANCE}?token={token}")
    assert first.status == 200
    assert token not in first.text
    assert stranger.get("/").status == 200
    stranger.cookies.clear()
    assert stranger.get(f"{ENTRANCE}?token={token}").status == 401


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(stranger, gate):
    cookie = stranger.get(f"{ENTRANCE}?token={gate.new_token()}").headers["set-cookie"]
    assert cookie.startswith(f"fasciwatch-{PORT}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Max-Age" not in cookie


def test_a_token_is_dead_after_a_minute(timed, clock):
    gate, taken = timed
    token = gate.new_token()
    clock[0] = TOKEN_LIVES_S
    assert gate.enter(token) is None
    assert not taken


def test_who_comes_second_is_told_of_and_the_first_is_shut_out(timed):
    """Nobody can tell which of them is the user."""
    gate, taken = timed
    token = gate.new_token()
    session = gate.enter(token)
    assert gate.knows(session)
    assert not taken
    assert gate.enter(token) is None
    assert taken == [True]
    assert not gate.knows(session)


def test_the_button_back_is_no_second_visitor(page, gate):
    token = gate.new_token()
    assert page.get(f"{ENTRANCE}?token={token}").status == 200
    assert page.get(f"{ENTRANCE}?token={token}").status == 200
    assert page.get("/").status == 200


def test_a_new_token_leaves_the_old_one_dead_and_the_page_open(timed):
    gate, _ = timed
    session = gate.enter(gate.new_token())
    old = gate.new_token()
    gate.new_token()
    assert gate.enter(old) is None
    assert gate.knows(session)


@pytest.mark.parametrize("wrong", ["", "x", "ü", "%00", "a" * 5000])
def test_a_guessed_token_opens_nothing(stranger, gate, wrong):
    gate.new_token()
    assert stranger.get(f"{ENTRANCE}?token={wrong}").status == 401
    assert stranger.get(ENTRANCE).status == 401


@pytest.mark.parametrize("view", [*VIEWS, ENTRANCE])
@pytest.mark.parametrize("host", [HOST, "evil.example"])
def test_every_answer_says_what_the_page_may_do(page, stranger, view, host):
    for client in (page, stranger):
        told = client.get(view, ("host", host)).headers
        assert {name: told[name] for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    parts = dict(part.split(" ", 1) for part in HEADERS["content-security-policy"].split("; "))
    assert parts["default-src"] == "'none'"
    assert set(parts.values()) == {"'none'", "'self'"}
    assert parts["frame-ancestors"] == parts["base-uri"] == parts["form-action"] == "'none'"
    assert HEADERS["x-content-type-options"] == "nosniff"
    assert HEADERS["cache-control"] == "no-store"
    assert HEADERS["referrer-policy"] == "no-referrer"


def test_a_body_that_says_it_is_too_long_is_refused(page):
    told = ("content-length", str(MOST_BODY_BYTES + 1))
    assert page.ask("POST", "/api/unlock", [told]).status == 413
    for odd in ("-1", "9" * 5000, "²", "1, 1"):
        assert page.ask("POST", "/api/unlock", [("content-length", odd)]).status == 413


def test_a_body_that_says_nothing_is_counted(page):
    assert page.ask("POST", "/api/unlock", parts=[b" " * 100_000] * 11).status == 413


def test_a_question_is_bounded_too(page):
    assert page.get("/api/nights?" + "night=0123456789ab&" * 1000).status == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"1e999", b"[" * 100_000])
def test_nonsense_is_refused_in_words(page, body):
    answer = page.ask("POST", "/api/unlock", parts=[body])
    assert answer.status == 400
    assert answer.json()["error"]


def test_the_log_names_no_night_and_no_wearable(page, app, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("Anna's left leg")

    monkeypatch.setattr("detector.review.opened.Shelf.paths", fail)
    with caplog.at_level(logging.DEBUG):
        answer = page.get("/api/nights")
    assert answer.status == 500
    assert answer.json()["error"] == "this went wrong; the terminal says where"
    assert "RuntimeError at fail" in caplog.text
    assert "Anna" not in caplog.text + answer.text
    assert "Traceback" not in caplog.text
