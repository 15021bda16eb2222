"""The SHA-256 of a file's bytes."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from orders.local.backup.errors import Altered

_PART = 1024 * 1024


def sha256_of(path: Path) -> str:
    """In hexadecimal.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        return sha256_in(file)


def sha256_in(file: IO[bytes]) -> str:
    """Of what comes from here to its end."""
    return sha256_of_parts(iter(lambda: file.read(_PART), b""))


def sha256_of_parts(parts: Iterable[bytes]) -> str:
    """Of all parts together."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def check(path: Path, sha256: str) -> None:
    """See that the file has these bytes.

    Raises:
        Altered: it has others.
        OSError: it can't be read.
    """
    if sha256_of(path) != sha256:
        raise Altered(str(path))
