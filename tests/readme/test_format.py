"""Promise: the package of the developer's guide, which adds a format, does so as it stands there."""

from __future__ import annotations

import struct
import sys
import tomllib

import numpy as np
import pytest

from detector.recordings import formats
from tests.readme.texts import PROJECT, blocks

GUIDE = PROJECT / ".readme" / "developer.md"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Lay the module and its entry point where Python looks for packages, as pip does."""
    (module,) = [block.code for block in blocks(GUIDE) if "def recognises" in block.code]
    (about,) = [tomllib.loads(block.code) for block in blocks(GUIDE) if block.language == "toml"]
    ((group, names),) = about["project"]["entry-points"].items()
    ((name, target),) = names.items()
    assert about["tool"]["setuptools"]["py-modules"] == [target]
    site = tmp_path / "site"
    folder = site / "tiny_format-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {about['project']['name']}\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(f"[{group}]\n{name} = {target}\n")
    (site / f"{target}.py").write_text(module)
    monkeypatch.syspath_prepend(site)
    formats.others.cache_clear()
    yield
    formats.others.cache_clear()
    sys.modules.pop(target, None)


@pytest.mark.usefixtures("installed")
def test_its_files_are_read(tmp_path):
    path = tmp_path / "night.tiny"
    xyz_mg = np.random.default_rng(1).normal([0, 0, 1000], 2, (1000, 3)).round().astype("<i2")
    path.write_bytes(b"TINY" + struct.pack("<f", 50.0) + xyz_mg.tobytes())
    recording = formats.open_recording(path)
    assert (recording.format, recording.rate_hz, recording.units, recording.n) == ("Tiny", 50.0, "mg", 1000)
    (samples,) = recording.stream()
    assert np.allclose(1000 * samples.xyz, xyz_mg, atol=1e-3)
