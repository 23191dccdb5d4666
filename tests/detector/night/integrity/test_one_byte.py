"""Promise: of a night of which any one byte is wrong, every reading command says so in a sentence within ten seconds,
or gives the right answer; and a recording begins, in it or in its place."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.cli import main
from detector.night.keys import RING
from tests.detector.night.one_byte import ASKED, answers, content, make

READ_NO_NIGHT = {
    "demo", "scan", "wearables", "service install", "service remove",
    "diary export", "diary import", "diary delete", "diary list",
}  # fmt: skip

PASSPHRASE = "correct horse battery"  # noqa: S105 - of nights that are made here
PLAIN_PAGE, SECRET_PAGE = 2048, 4096
TREE_PAGES = (2, 5, 10, 13)
"""First bytes of pages that hold tables and their trees; the others go on with long values
(sqlite.org/fileformat2.html, section 1.6)."""

_quickly = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


class Sound:
    """A sound night, and what is answered about it."""

    def __init__(self, folder, passphrase=None):
        self.path = make(folder / "a.night", passphrase)
        self.bytes = self.path.read_bytes()
        self.folder = folder / "copies"
        self.answers = answers(self.path, self.folder)
        assert not any(is_wrong for is_wrong, _ in self.answers.values()), self.answers
        assert self.answers["backup"][1] == self.answers["repair"][1] == content(self.path)
        page = PLAIN_PAGE if passphrase is None else SECRET_PAGE
        starts = range(0, len(self.bytes), page)
        trees = [start for start in starts if start == 0 or self.bytes[start] in TREE_PAGES]
        within = st.integers(0, page - 1)
        # Small tables and the pages above them are few; random bytes alone would nearly all be samples.
        self.places = st.one_of(
            st.tuples(st.sampled_from(trees), within),
            st.tuples(st.just(0), st.integers(0, 107)),
            st.tuples(st.sampled_from(starts), within),
        ).map(sum)

    def with_byte(self, place, change):
        data = bytearray(self.bytes)
        data[place] ^= change
        for left in self.path.parent.glob("a.night-*"):
            left.unlink()
        self.path.write_bytes(data)

    def hold(self, place, change):
        self.with_byte(place, change)
        for command, (is_wrong, answer) in answers(self.path, self.folder).items():
            assert is_wrong or answer == self.answers[command][1], command


def commands(group, before=""):
    for name, command in group.commands.items():
        yield from commands(command, f"{before}{name} ") if hasattr(command, "commands") else [before + name]


def test_every_command_that_reads_a_night_is_asked():
    asked = {each.split(" --")[0] for names in ASKED for each in names.split(", ")} - {"repair", "events last", "label"}
    assert asked == set(commands(main)) - READ_NO_NIGHT


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return Sound(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def secret(tmp_path_factory):
    known = list(RING._known)
    RING.add(PASSPHRASE)
    yield Sound(tmp_path_factory.mktemp("secret"), PASSPHRASE)
    RING._known = known


@given(data=st.data())
@settings(_quickly, max_examples=25)
def test_of_a_night(plain, data):
    plain.hold(data.draw(plain.places), data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128, 255])))


@given(data=st.data())
@settings(_quickly, max_examples=2)
def test_of_an_encrypted_night(secret, data):
    secret.hold(data.draw(secret.places), data.draw(st.integers(1, 255)))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"CREATE TABLE minute", 18),  # a table of another name is none
        (b"onset_ns INTEGER", 2),  # nor is a column
        (b"source IN ('record'", 12),  # what may stand in a column
        (b"connection lost", 3),  # a gap's cause
    ],
)
def test_of_what_defines_its_tables(plain, text, place):
    plain.hold(plain.bytes.index(text) + place, 1)
