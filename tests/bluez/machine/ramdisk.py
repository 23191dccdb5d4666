"""The first file system of the machine: a static shell, the modules to reach the host's files, and what to do."""

from __future__ import annotations

import lzma
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bluez.machine.packages import System

MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay")
INIT = Path(__file__).with_name("init.sh")


def make(system: System, archive: Path) -> None:
    """Write it as the archive the kernel wants."""
    with tempfile.TemporaryDirectory(dir=archive.parent) as name:
        tree = Path(name)
        for folder in ("bin", "modules", "proc", "sys", "dev", "host", "system", "memory", "root"):
            (tree / folder).mkdir()
        shutil.copy2(system.busybox, tree / "bin" / "busybox")
        shutil.copy(INIT, tree / "init")
        (tree / "init").chmod(0o755)
        for number, module in enumerate(system.module_files(MODULES)):
            content = module.read_bytes()
            if module.suffix == ".xz":  # later Debians compress them, which the shell's loader does not read
                content = lzma.decompress(content)
            (tree / "modules" / f"{number:02}-{module.name.removesuffix('.xz')}").write_bytes(content)
        names = "\n".join(sorted(str(path.relative_to(tree)) for path in tree.rglob("*")))
        done = subprocess.run(
            (system.busybox, "cpio", "-o", "-H", "newc"),
            cwd=tree,
            input=names.encode(),
            check=True,
            capture_output=True,
        )
        archive.write_bytes(done.stdout)
