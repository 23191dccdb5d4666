"""The page's server: on the loopback address of this computer, for as long as somebody looks."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import tempfile
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from detector.errors import FasciwatchError
from detector.review.app import make_app
from detector.review.serving import memory
from detector.review.serving.guard import ENTRANCE, Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from detector.review.opened import Shelf

ADDRESS = "127.0.0.1"
_MOST_REQUESTS = 64
_LONGEST_HEAD_BYTES = 32_768
_ENDS = "Enter opens it again; Ctrl-C ends it."
_TAKEN = (
    "The address of the page was opened twice. If that was not you, another program on this computer was first; the "
    "page is closed to both. Press Enter for a new address, or Ctrl-C to end."
)


class Served:
    """A server that has its port and is not running yet.

    Parameters
    ----------
    shelf
        The nights to show.
    port
        Where to listen; 0 for any that is free.
    say
        Tells the person at the terminal.
    examine, home
        As of `make_app`.

    Raises
    ------
    FasciwatchError
        Where the port is taken.
    """

    def __init__(
        self,
        shelf: Shelf,
        port: int,
        say: Callable[[str], None],
        *,
        examine: Callable[[], list[dict[str, Any]]] | None = None,
        home: str = "/",
    ) -> None:
        # By its protocol asyncio knows that it shall not wait: else each answer would come 40 ms late, since its head
        # and its body are sent apart, and the second waits until the first is acknowledged.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":  # on Windows it would let another program listen here, too
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((ADDRESS, port))
            self._socket.listen()  # a browser that is quicker than the server waits
        except OSError as error:
            self._socket.close()
            raise FasciwatchError(f"port {port} cannot be had ({error.strerror}): name another with --port") from error
        self.port: int = self._socket.getsockname()[1]
        self.gate = Gate(self.port, on_taken=lambda: say(_TAKEN))
        app = make_app(shelf, self.gate, examine=examine, home=home)
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                log_level="critical",  # what it would log names nights; the guard tells what goes wrong
                access_log=False,
                proxy_headers=False,  # there is no proxy, and nobody else says who asks
                server_header=False,
                limit_concurrency=_MOST_REQUESTS,
                h11_max_incomplete_event_size=_LONGEST_HEAD_BYTES,
                timeout_graceful_shutdown=2,
            )
        )

    def address(self) -> str:
        """Give an address that opens the page once, within a minute."""
        return f"http://{ADDRESS}:{self.port}{ENTRANCE}?token={self.gate.new_token()}"

    def run(self) -> None:
        """Answer until Ctrl-C."""
        memory.keep_little()
        with contextlib.suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Let `run` come to its end; for another thread."""
        self._server.should_exit = True


@contextlib.contextmanager
def door(address: str) -> Iterator[Path]:
    """Make a file that leads a browser to an address, which every user of the computer could read on a command line.

    Yields
    ------
    Path
        Of the file, which only its owner may read; it is gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="fasciwatch-") as folder:  # for its owner alone
        file = Path(folder) / "open.html"
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as written:
            written.write(
                '<!doctype html><html lang="en"><title>fasciwatch</title>'
                f'<meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url={address}">'
            )
        yield file


def show(served: Served, say: Callable[[str], None], *, with_browser: bool) -> None:
    """Open the page and answer it until Ctrl-C; each Enter at the terminal opens it anew.

    Parameters
    ----------
    served
        The server.
    say
        Tells the person at the terminal.
    with_browser
        Whether to open it in this computer's browser; else its address is said.
    """
    opening = _open if with_browser else _tell
    threading.Thread(target=opening, args=(served, say), daemon=True).start()
    if sys.stdin is not None and sys.stdin.isatty():
        threading.Thread(target=_open_again, args=(served, say, opening), daemon=True).start()
    served.run()


def _open_again(served: Served, say: Callable[[str], None], opening: Callable[..., None]) -> None:
    with contextlib.suppress(OSError, ValueError):  # the terminal is gone
        for _ in sys.stdin:
            opening(served, say)


def _tell(served: Served, say: Callable[[str], None]) -> None:
    say(f"Open this within a minute, in a browser on this computer; it works once: {served.address()}")
    say(_ENDS)


def _open(served: Served, say: Callable[[str], None]) -> None:
    with door(served.address()) as file:
        if not webbrowser.open(file.as_uri()):
            say("No browser can be opened from here.")
            _tell(served, say)
            return
        say("The page opens in your browser.")
        say(_ENDS)
        served.gate.wait_for_entry()
    if not served.gate.entered:
        say("No browser has opened the page. Press Enter to try again, or run fasciwatch review --no-browser.")
