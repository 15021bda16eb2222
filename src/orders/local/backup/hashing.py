"""The SHA-256 of a file's bytes."""

import hashlib
from pathlib import Path

from orders.local.backup.errors import Altered


def sha256_of(path: Path) -> str:
    """In hexadecimal.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path: Path, sha256: str) -> None:
    """See that the file has these bytes.

    Raises:
        Altered: it has others.
        OSError: it can't be read.
    """
    if sha256_of(path) != sha256:
        raise Altered(str(path))
