"""Keys: a scheduler runs whatever it is sent, so only who holds our keys may send it anything."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from distributed import Security

_SKEW = timedelta(days=1)
"""Clocks of a cluster's computers differ."""
_LASTS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Keys:
    """The user's own keys for a scheduler of theirs, as paths of PEM files; None for those of dask's configuration.

    Parameters
    ----------
    ca
        Certificate that all others are signed with.
    cert, key
        Our certificate, and its key where that is in a file of its own.
    """

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


def temporary() -> Security:
    """Make keys that are in memory only, and good for one run.

    Returns
    -------
    Security
        One key and one certificate, which client, scheduler and workers share: who has it belongs to the run.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID
    from distributed import Security

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fasciwatch cohort")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + _LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return _for_all(Security, pem, pem, secret)


def temporary_files(folder: Path) -> Security:
    """Make keys for one run as files, for workers on other computers.

    Parameters
    ----------
    folder
        Where they are written: only its owner may look into it.

    Returns
    -------
    Security
        As of `temporary`, by the paths of the files.
    """
    from distributed import Security

    made = temporary()
    paths = []
    for name, content in (("cert.pem", made.tls_ca_file), ("key.pem", made.tls_client_key)):
        path = folder / name
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w") as file:
            file.write(content)
        paths.append(str(path))
    return _for_all(Security, paths[0], paths[0], paths[1])


def for_scheduler(address: str, keys: Keys, *, insecure: bool) -> Security | None:
    """Check how a scheduler of somebody's is to be reached.

    Parameters
    ----------
    address
        Its address, such as ``tls://head:8786``.
    keys
        The user's own keys.
    insecure
        Whether the user has said that no keys are needed.

    Returns
    -------
    Security or None
        The keys; None for none.

    Raises
    ------
    FasciwatchError
        Where the address is none, keys are missing or cannot be read, or an open scheduler was not asked for.
    """
    from distributed import Security

    scheme, colon, rest = address.partition("://")
    if not colon:
        scheme, rest = "tls", address
    if scheme not in ("tls", "tcp") or not rest:
        raise FasciwatchError(
            f"--scheduler {address}: an address is tls://NAME:PORT, or tcp://NAME:PORT with --insecure"
        )
    if scheme == "tcp":
        if any((keys.ca, keys.cert, keys.key)):
            raise FasciwatchError(
                f"--scheduler {address} takes no keys: say tls:// where it is to be reached with them"
            )
        if not insecure:
            raise FasciwatchError(
                f"--scheduler {address}: whoever reaches an open scheduler can run anything on its workers, and read "
                "what is sent; use tls:// with --tls-ca, --tls-cert and --tls-key, or say --insecure where nobody else "
                "is on that network"
            )
        return None
    stated = {
        "tls_ca_file": keys.ca,
        "tls_client_cert": keys.cert,
        "tls_client_key": keys.key,
    }
    for path in stated.values():
        if path is not None and not path.is_file():
            raise FasciwatchError(f"{path} is not there: --tls-ca, --tls-cert and --tls-key are PEM files")
    security = Security(
        require_encryption=True, **{name: str(path) for name, path in stated.items() if path is not None}
    )
    if not (security.tls_ca_file and security.tls_client_cert):
        raise FasciwatchError(
            f"--scheduler {address} needs keys: --tls-ca, --tls-cert and --tls-key, or distributed.comm.tls in dask's "
            "configuration"
        )
    try:
        security.get_connection_args("client")
    except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError
        raise FasciwatchError(f"the keys for {address} cannot be used ({error})") from error
    return security


def _for_all(kind: type[Security], ca: str, cert: str, key: str) -> Security:
    roles = {f"tls_{role}_cert": cert for role in ("client", "scheduler", "worker")}
    roles |= {f"tls_{role}_key": key for role in ("client", "scheduler", "worker")}
    return kind(require_encryption=True, tls_ca_file=ca, **roles)
