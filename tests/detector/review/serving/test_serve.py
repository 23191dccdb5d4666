"""Promise: the page is served on the loopback address alone, promptly, and its address stands in no process list."""

from __future__ import annotations

import http.client
import os
import re
import socket
import threading
import time
import webbrowser
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from detector.errors import FasciwatchError
from detector.review.opened import Shelf
from detector.review.serving import serve


@pytest.fixture
def said():
    return []


@pytest.fixture
def served(library, said, ring):
    return serve.Served(Shelf(library), 0, said.append)


@contextmanager
def running(served):
    thread = threading.Thread(target=served.run)
    thread.start()
    try:
        yield
    finally:
        served.stop()
        thread.join(10)


def ask(served, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("set-cookie"), answer.read().decode()
    finally:
        connection.close()


def test_only_this_computer_can_reach_it(served):
    assert served._socket.getsockname() == ("127.0.0.1", served.port)
    served._socket.close()


def test_a_port_that_is_taken_is_said(library, ring):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(FasciwatchError, match=f"port {port} cannot be had .*--port"):
            serve.Served(Shelf(library), port, print)


def test_an_address_opens_it_and_answers_come_at_once(served):
    with running(served):
        status, cookie, _ = ask(served, served.address().partition(str(served.port))[2])
        assert status == 200
        taken_s = []
        for _ in range(20):
            began_s = time.perf_counter()
            assert ask(served, "/api/texts", Cookie=cookie.partition(";")[0])[0] == 200
            taken_s.append(time.perf_counter() - began_s)
        assert (
            min(taken_s) < 0.035
        )  # where each part waits for the one before to be acknowledged, never less than 40 ms
        assert ask(served, "/api/texts")[0] == 401


def test_the_browser_is_opened_on_a_file_that_only_its_owner_may_read(served, said, monkeypatch):
    opened = {}

    def look(address):
        path = Path(url2pathname(urlsplit(address).path))
        text = path.read_text(encoding="ascii")
        token = re.search(r"token=([\w-]+)", text)[1]
        assert token not in address
        opened.update(path=path, text=text, mode=path.stat().st_mode & 0o777, folder=path.parent.stat().st_mode & 0o777)
        assert served.gate.enter(token)
        return True

    monkeypatch.setattr(webbrowser, "open", look)
    serve._open(served, said.append)
    assert "http-equiv" in opened["text"]
    assert not opened["path"].exists()
    assert not any("token" in words for words in said)
    if os.name == "posix":
        assert (opened["mode"], opened["folder"]) == (0o600, 0o700)
    served._socket.close()


def test_without_a_browser_the_address_is_said(served, said, monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    serve._open(served, said.append)
    assert any("/enter?token=" in words for words in said)
    served._socket.close()


def test_the_terminal_says_if_another_took_the_address(served, said):
    with running(served):
        path = served.address().partition(str(served.port))[2]
        assert ask(served, path)[0] == 200
        assert ask(served, path)[0] == 401
    assert any("opened twice" in words for words in said)


def test_a_browser_that_does_not_come_is_told_of(served, said, monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda _: True)
    monkeypatch.setattr("detector.review.serving.guard.TOKEN_LIVES_S", 0.01)
    serve._open(served, said.append)
    assert said[-1].startswith("No browser has opened the page.")
    served._socket.close()
