"""The system inside the machine: Debian's kernel, Bluetooth daemon and bus, unpacked beside each other.

They are never installed: the machine lays this folder over the host's own root, so everything is where it belongs.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bluez.machine.unavailable import UnavailableError

TOOLS = ("apt-cache", "apt-get", "dpkg-deb", "tar", "qemu-system-x86_64")
KERNELS = ("linux-image-6.12-amd64", "linux-image-amd64")
"""Metapackages of kernels, the first that there is being taken.

Debian 12's own 6.1.192 dies of a use after free (`l2cap_chan_put` to `hci_chan_del`) when a connection is closed.
"""

PACKAGES = ("bluez", "dbus-daemon", "kmod", "busybox-static")
NEVER = frozenset({"libc6", "libgcc-s1", "libcrypt1"})
"""The host's own interpreter runs in the machine, with the libraries it was linked to."""

_DOWNLOAD_TIMEOUT_S = 600.0
_UNPACK_TIMEOUT_S = 300.0
_COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class System:
    """What has been unpacked.

    Parameters
    ----------
    root
        Folder that is laid over the host's root.
    kernel
        Version of the kernel, as its modules' folder is called.
    """

    root: Path
    kernel: str

    @property
    def image(self) -> Path:
        """The kernel itself."""
        return self.root / "boot" / f"vmlinuz-{self.kernel}"

    @property
    def busybox(self) -> Path:
        """A shell and its tools that need no library."""
        return self.root / "usr" / "bin" / "busybox"

    def module_files(self, names: tuple[str, ...]) -> list[Path]:
        """Files of kernel modules and of what they need, in the order in which they must be loaded."""
        files: dict[Path, None] = {}
        for name in names:
            arguments = ("-d", str(self.root), "-S", self.kernel, "--show-depends", name)
            for line in _output(_kmod(self.root, "modprobe"), *arguments).splitlines():
                word, *rest = line.split()
                if word == "insmod":  # the others are built in
                    files[Path(rest[0])] = None
        return list(files)


def unpacked(cache: Path) -> System:
    """Download and unpack what is not there yet.

    Raises
    ------
    UnavailableError
        Where this host cannot.
    """
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise UnavailableError(f"{', '.join(missing)} not installed (the machine is built on Debian, see .ci/run)")
    kernel = _kernel()
    folder = cache / kernel
    root = folder / "root"
    if not (folder / _COMPLETE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        _unpack(_download(folder / "packages", (f"linux-image-{kernel}", *PACKAGES, *_libraries())), root)
        _output(_kmod(root, "depmod"), "-b", str(root), kernel)
        shutil.rmtree(folder / "packages")
        (folder / _COMPLETE).touch()
    return System(root, kernel)


def _kernel() -> str:
    """Version of the kernel that a metapackage stands for."""
    for metapackage in KERNELS:
        with contextlib.suppress(UnavailableError):  # it knows none of this name
            for line in _output("apt-cache", "depends", metapackage).splitlines():
                _, found, version = line.partition("Depends: linux-image-")
                if found:
                    return version.strip()
    raise UnavailableError("apt knows no Debian kernel: not a Debian, or `apt-get update` was never run")


def _libraries() -> list[str]:
    """Return the libraries that the packages need, directly or not."""
    skipped = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
    tree = _output("apt-cache", "depends", "--recurse", *(f"--no-{what}" for what in skipped), "bluez", "dbus-daemon")
    names = {line for line in tree.splitlines() if line.startswith("lib")}  # others are indented, or <virtual>
    return sorted(name for name in names - NEVER if ":" not in name and "perl" not in name)


def _download(folder: Path, packages: tuple[str, ...]) -> list[Path]:
    folder.mkdir(parents=True)
    # Root's apt would hand the download to a user of its own, who may not write here, and warn of it.
    options = ("-qq", "-o", "APT::Sandbox::User=root")
    _output("apt-get", "download", *options, *packages, cwd=folder, timeout_s=_DOWNLOAD_TIMEOUT_S)
    return sorted(folder.glob("*.deb"))


def _unpack(packages: list[Path], root: Path) -> None:
    # Some packages still bring a /lib of their own. Laid over the host's link to /usr/lib it would hide the host's.
    for name in ("bin", "sbin", "lib"):
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    for package in packages:
        # Not `dpkg-deb --extract`, which would put a folder in the place of such a link.
        read = ("dpkg-deb", "--fsys-tarfile", str(package))
        write = ("tar", "-x", "-C", str(root), "--keep-directory-symlink", "--no-same-owner")
        with subprocess.Popen(read, stdout=subprocess.PIPE) as reading:
            subprocess.run(
                write,
                stdin=reading.stdout,
                check=True,
                timeout=_UNPACK_TIMEOUT_S,
            )
        if reading.returncode:
            raise UnavailableError(f"{package.name} cannot be read")


def _kmod(root: Path, role: str) -> Path:
    """Return kmod under the name that makes it play a role."""
    link = root.parent / role
    if not link.is_symlink():
        link.symlink_to(root / "usr" / "bin" / "kmod")
    return link


def _output(command: str | Path, *arguments: str, cwd: Path | None = None, timeout_s: float = 120.0) -> str:
    try:
        done = subprocess.run(
            (command, *arguments), cwd=cwd, timeout=timeout_s, check=True, capture_output=True, text=True
        )
    except subprocess.CalledProcessError as error:
        raise UnavailableError(f"{Path(command).name} failed: {error.stderr.strip()[-500:]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{Path(command).name} failed: {error}") from error
    return done.stdout
