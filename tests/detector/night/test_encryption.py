"""Promise: an encrypted night shows nothing to who lacks its passphrase, at no time, and everything to who has it."""

from __future__ import annotations

import os
import subprocess
import sys

import keyring
import keyring.backend
import numpy as np
import pytest

from detector.errors import NightError
from detector.night import Night, NightLog, connection
from detector.night import keys as keys_module
from detector.night.integrity.check import check
from detector.night.keys import FILE_VARIABLE, check_new, from_file, from_keyring, into_keyring
from firmware_bridge.samples import NS, Samples
from tests.detector.night import one_byte

SECRET = "four words o'nly we know"  # noqa: S105 - of nights that last as long as a test


class Drawer(keyring.backend.KeyringBackend):
    """A keyring that keeps what it is given while the test lasts."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password


@pytest.fixture(autouse=True)
def ring(ring, monkeypatch):
    """A ring of one's own, and an empty keyring."""
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(Drawer())
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def open_secret(path, made_by):
    logs = []

    def open_one(passphrase=SECRET):
        log = NightLog(path, made_by, commit_s=1e6, passphrase=passphrase)
        logs.append(log)
        log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.001, range_g=8.0)
        return log

    yield open_one
    for log in logs:
        log.discard()


@pytest.fixture
def secret(open_secret, feed, rest, path, start_ns):
    log = open_secret()
    feed(log, Samples(start_ns, 52.0, rest(52 * 130), "Sense"))
    log.close()
    return path


def recorded(path):
    with Night(path) as night:
        return np.concatenate([row.xyz for row in night.samples("Sense")])


def files_beside(path):
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


def in_another_process(path):
    """Read as somebody else does: this process would lose SQLite's locks."""
    script = (
        "import sys, pathlib; found = b''.join(f.read_bytes() for f in pathlib.Path(sys.argv[1]).iterdir());"
        "print(len(found) > 20000, any(word in found for word in (b'Sense', b'CREATE TABLE', b'SQLite format')))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path.parent)], capture_output=True, check=True, text=True)
    return done.stdout.split()


def test_nothing_shows_while_it_is_recorded_nor_after(open_secret, feed, rest, path, start_ns, ring):
    log = open_secret()
    feed(log, Samples(start_ns, 52.0, rest(52 * 130), "Sense"))
    log.flush()
    assert {"-wal", "-shm"} <= {file.name.removeprefix(path.name) for file in path.parent.iterdir()}
    assert in_another_process(path) == ["True", "False"]
    log.close()
    assert list(files_beside(path)) == [path.name]
    assert in_another_process(path) == ["True", "False"]


def test_who_has_the_passphrase_reads_all(secret, rest, ring):
    ring.add(SECRET)
    np.testing.assert_array_equal(recorded(secret), rest(52 * 130))
    with Night(secret) as night:
        assert night.passphrase == SECRET


def test_a_plain_night_says_that_it_is_plain(open_log, path, ring):
    open_log().close()
    with Night(path) as night:
        assert night.passphrase is None


def test_who_lacks_it_is_told_what_to_do(secret, made_by):
    for opening in (lambda: Night(secret), lambda: NightLog(secret, made_by)):
        with pytest.raises(NightError, match=f"or it is encrypted: if it is, .*{FILE_VARIABLE}"):
            opening()


def test_another_passphrase_opens_nothing(secret, ring, capfd):
    ring.add("another passphrase")
    with pytest.raises(NightError, match="with another passphrase"):
        Night(secret)
    assert capfd.readouterr() == ("", "")  # SQLCipher would tell the terminal of every attempt


def test_a_person_is_asked_once(secret, ring):
    asked = []
    ring.ask = lambda: asked.append(1) or SECRET
    recorded(secret)
    recorded(secret)
    assert len(asked) == 1


def test_nobody_is_asked_for_a_file_of_another_kind(tmp_path, ring):
    ring.ask = lambda: pytest.fail("asked")
    foreign = tmp_path / "letter.night"
    foreign.write_bytes(b"dear all, " * 1000)
    with pytest.raises(NightError, match="is no night"):
        Night(foreign)


def test_the_night_goes_on(secret, open_secret, feed, rest, start_ns, ring):
    ring.add(SECRET)
    log = open_secret()
    feed(log, Samples(start_ns + 200 * NS, 52.0, rest(52 * 5), "Sense"))
    log.close()
    assert len(recorded(secret)) == 135 * 52


def test_a_night_begun_without_is_not_encrypted_in_its_middle(open_log, path, made_by, feed, rest, start_ns):
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 5), "Sense"))
    log.close()
    before = files_beside(path)
    with pytest.raises(NightError, match="begun without encryption: go on without --encrypt"):
        NightLog(path, made_by, passphrase=SECRET)
    assert files_beside(path) == before


def test_a_night_that_crashed_before_anything_was_written_is_encrypted(open_secret, path, ring):
    path.parent.mkdir()
    path.touch(mode=0o600)
    open_secret().close()
    with pytest.raises(NightError, match="encrypted"):
        Night(path)
    ring.add(SECRET)
    Night(path).close()


def test_a_night_that_crashed_is_read(secret, open_secret, feed, rest, start_ns, ring, tmp_path):
    ring.add(SECRET)
    log = open_secret()
    feed(log, Samples(start_ns + 200 * NS, 52.0, rest(52 * 5), "Sense"))
    log.flush()
    frozen = tmp_path / "frozen"
    # By another process: this one would lose SQLite's locks.
    copy = "import shutil, sys; shutil.copytree(*sys.argv[1:])"
    subprocess.run([sys.executable, "-c", copy, str(secret.parent), str(frozen)], check=True)
    log.close()
    (frozen / f"{secret.name}-shm").unlink()
    assert len(recorded(frozen / secret.name)) == 135 * 52


@pytest.mark.parametrize("poor", ["", "short", "x'00112233445566778899'", "with a \0 in it"])
def test_a_poor_passphrase_is_refused(poor):
    with pytest.raises(NightError, match="a passphrase"):
        check_new(poor)


def test_the_keyring_keeps_it(secret):
    assert from_keyring() is None
    assert into_keyring(SECRET)
    assert from_keyring() == SECRET
    assert len(recorded(secret)) == 130 * 52


def test_without_a_keyring_nothing_breaks(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert from_keyring() is None
    assert not into_keyring(SECRET)


@pytest.fixture
def secret_file(tmp_path, monkeypatch):
    file = tmp_path / "passphrase"
    file.touch(mode=0o600)
    file.write_text(f"{SECRET}\n")
    monkeypatch.setenv(FILE_VARIABLE, str(file))
    return file


def test_a_service_reads_it_from_a_file(secret, secret_file):
    assert len(recorded(secret)) == 130 * 52


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these modes")
def test_a_file_that_others_may_read_is_refused(secret_file):
    secret_file.chmod(0o644)
    with pytest.raises(NightError, match=r"others may read.*chmod 600"):
        from_file()


def test_a_folder_is_no_file_of_a_passphrase(tmp_path, monkeypatch):
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path))
    with pytest.raises(NightError, match="is a folder: name a file"):
        from_file()


def test_a_file_without_a_passphrase_is_refused(secret_file):
    secret_file.write_text("\n")
    with pytest.raises(NightError, match="holds no passphrase"):
        from_file()
    secret_file.unlink()
    with pytest.raises(NightError, match="cannot be read"):
        from_file()


def test_the_passphrase_never_stands_in_an_error(secret, ring):
    ring.add("wrong but long enough")
    with pytest.raises(NightError) as caught:
        Night(secret)
    assert "wrong but" not in repr(caught.value)
    assert "wrong but" not in repr(caught.value.__context__)
    assert keys_module.pragma("a'b") == "PRAGMA key = 'a''b'"


def test_a_damaged_one_is_looked_at_without_making_its_key_again_and_again(path, ring, monkeypatch):
    """A quarter of a million rounds for each row that cannot be read kept check busy for a quarter of an hour."""
    ring.add(SECRET)
    path.parent.mkdir()
    one_byte.make(path, SECRET)
    data = path.read_bytes()
    made = []
    pbkdf2 = keys_module.hashlib.pbkdf2_hmac
    monkeypatch.setattr(keys_module.hashlib, "pbkdf2_hmac", lambda *words: made.append(1) or pbkdf2(*words))
    opened = []
    connect = connection.sqlite.connect
    monkeypatch.setattr(
        connection.sqlite, "connect", lambda *words, **more: opened.append(1) or connect(*words, **more)
    )
    pages = len(data) // 4096
    for page in range(1, pages, max(pages // 12, 1)):
        hit = bytearray(data)
        hit[page * 4096 + 100] ^= 1
        path.write_bytes(hit)
        made.clear()
        opened.clear()
        assert not check(path).is_sound
        assert len(made) == 1, page
        assert len(opened) < 700, page
