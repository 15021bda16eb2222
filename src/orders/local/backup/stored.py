"""Reads a backup in a folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from orders.local.backup import hashing, names
from orders.local.backup.dated import DatedBackups
from orders.local.backup.errors import Altered, BackupError
from orders.local.backup.manifest import Entry, Manifest


def find(path: Path) -> "StoredBackup":
    """The backup at this path, or the newest of those in the folder at this path.

    Raises:
        BackupError: there is none.
    """
    if (path / names.MANIFEST).is_file():
        return StoredBackup(path)
    if newest := DatedBackups(path).all():
        return StoredBackup(path / newest[-1])
    raise BackupError(f"There is no whole backup in {path}. `orders backup` makes one.")


class StoredBackup:
    """`orders.local.backup.source.Source` in a folder."""

    workers = 1

    def __init__(self, path: Path) -> None:
        self.path, self.where = path, str(path)
        self.manifest = Manifest.from_bytes((path / names.MANIFEST).read_bytes())

    def entries(self) -> Iterator[Entry]:
        return self.manifest.entries(self.path / names.SUMS, self.where)

    def fetch(self, entry: Entry, place: Path) -> None:
        shutil.copyfile(self._file(entry.name), place)
        hashing.check(place, entry.sha256)

    def check(self, entry: Entry) -> None:
        hashing.check(self._file(entry.name), entry.sha256)

    def database(self, scratch: Path) -> Path:  # noqa: ARG002 - other backups need it
        try:
            return self._file(names.DATABASE)
        except Altered:
            raise BackupError(f"{self.path / names.DATABASE} is missing. Use another backup.") from None

    def _file(self, name: str) -> Path:
        """Where it is. A backup has no links, pipes or devices: one may lead anywhere, or have no end."""
        path = self.path / name
        if path.is_symlink() or not path.is_file():
            raise Altered(name)
        return path
