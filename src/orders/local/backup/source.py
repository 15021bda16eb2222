"""A whole backup, as `restoring` and `checking` read it: from a folder, a file, or S3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from orders.local.backup.manifest import Entry, Manifest


class Source(Protocol):
    """One backup. `workers` is how many threads may call `fetch` at once to good effect."""

    workers: int

    @property
    def where(self) -> str:
        """Its path or URL, for people."""

    @property
    def manifest(self) -> Manifest: ...

    def entries(self) -> Iterator[Entry]:
        """Every file, in the order of names.

        Raises:
            BackupError: SHA256SUMS is missing or damaged.
        """

    def fetch(self, entry: Entry, place: Path) -> None:
        """Write the file to `place`, whose folder exists.

        Raises:
            Altered: its bytes are not those of the entry, or it is missing.
            BackupError, OSError: it can't be read or written.
        """

    def check(self, entry: Entry) -> None:
        """As `fetch`, but keep nothing."""

    def database(self, scratch: Path) -> Path:
        """The database as a file to read, in `scratch` unless it is one already.

        Raises:
            BackupError, OSError: it can't be read.
        """
