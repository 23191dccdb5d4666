"""Promise: the units are what systemd takes, whatever stands in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.recorder.systemd.unit import command_of, quote, service, timer

linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd is on Linux only")
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\0", exclude_categories=("Cs",)))


def unquoted(text):
    """What systemd makes of it, by its manual: systemd.syntax(7) and systemd.service(5)."""
    assert text[0] == text[-1] == '"'
    found, rest = "", text[1:-1]
    while rest:
        if rest[0] == "\\":
            assert rest[1] in {'"', "\\"}
            found, rest = found + rest[1], rest[2:]
        elif rest[0] in "%$":
            assert rest[1] == rest[0]
            found, rest = found + rest[0], rest[2:]
        else:
            assert rest[0] != '"'
            found, rest = found + rest[0], rest[1:]
    return found


@given(WORDS)
def test_a_word_comes_out_as_it_went_in(word):
    assert unquoted(quote(word, command=True)) == word
    assert command_of(service(["/bin/python", word], {}))[-1] == word


@pytest.mark.parametrize("word", ["two\nlines", "a\0zero", "a\rreturn"])
def test_what_cannot_stand_in_a_unit_is_refused(word):
    with pytest.raises(ValueError, match="line break"):
        quote(word)


def test_the_name_of_a_program_is_its_path():
    assert 'ExecStart="@/a ${b}/python" "/a $${b}/python" "$${c}"' in service(["/a ${b}/python", "${c}"], {})
    assert 'ExecStart="/a/python" "$$"' in service(["/a/python", "$"], {})


@linux
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("folder", ["", "my $HOME", "${HOME} $$ %h"])
def test_systemd_takes_it(tmp_path, folder):
    """Where the program lies, too: a service whose program is not found is refused."""
    program = sys.executable
    if folder:
        (tmp_path / folder).mkdir()
        program = str(tmp_path / folder / "python")
        shutil.copy("/bin/true", program)
    command = [program, "-m", "detector.cli", "record", "--device", 'My "100 %" $HOME \\ Sense']
    (tmp_path / "fasciwatch.service").write_text(service(command, {"FASCIWATCH_SETTINGS": "/tmp/a b%c"}))  # noqa: S108 - a name
    (tmp_path / "fasciwatch.timer").write_text(timer(time(22, 30)))
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", "fasciwatch.service", "fasciwatch.timer"],  # noqa: S607 - wherever it is
        cwd=tmp_path,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "fasciwatch" not in done.stderr
    assert done.returncode == 0, done.stderr
