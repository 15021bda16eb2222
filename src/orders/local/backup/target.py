"""Where a backup is written to, as `making` sees it: a folder, a file, or S3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from orders.local.backup.manifest import Entry, Manifest


class Target(Protocol):
    """One backup that is being written. Until `finish`, nobody takes it for one."""

    @property
    def staging(self) -> Path:
        """A folder for the files of this backup that others still change: the caller writes their copies here."""

    def before(self) -> Iterator[Entry]:
        """What the newest whole backup has, in the order of names. Nothing if there is none."""

    def reuse(self, entry: Entry) -> bool:
        """Take a file over from the previous backup without sending it again. Returns whether it is still there."""

    def add(self, entry: Entry, source: Path) -> None:
        """Have this file in the backup.

        Raises:
            Altered: it has other bytes than the entry says.
            FileNotFoundError: it is not there.
            BackupError, OSError: it can't be written.
        """

    def finish(self, manifest: Manifest) -> str:
        """Make the backup durable, and only then one that counts. Returns where it is.

        Raises:
            BackupError, OSError: it can't be written.
        """

    def keep(self, most: int) -> int:
        """Remove the oldest whole backups, never the one just made, until `most` are left. Returns how many went."""
