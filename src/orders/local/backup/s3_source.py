"""Reads a backup in S3; `s3` writes it."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from orders.local.backup import hashing, names
from orders.local.backup.errors import Altered, BackupError
from orders.local.backup.manifest import Entry
from orders.local.backup.s3 import S3Backups, key_of
from orders.local.backup.s3_storage import CONNECTIONS, connect


@contextlib.contextmanager
def opened(url: str, endpoint_url: str | None) -> Iterator["S3Source"]:
    """The backup with this URL, or the newest below it.

    Raises:
        BackupError: there is none, or the storage can't be used.
    """
    parent, _, name = url.rstrip("/").rpartition("/")
    backups = S3Backups(connect(parent if names.is_of_backup(name) else url, endpoint_url))
    found = backups.all()
    if names.is_of_backup(name):
        found = [each for each in found if each == name]
    if not found:
        raise BackupError(f"There is no whole backup at {url}. `orders backup` makes one.")
    with tempfile.TemporaryDirectory() as scratch:
        yield S3Source(backups, found[-1], Path(scratch))


class S3Source:
    """`orders.local.backup.source.Source` in S3."""

    workers = CONNECTIONS

    def __init__(self, backups: S3Backups, name: str, scratch: Path) -> None:
        self._storage, self.where = backups.storage, backups.storage.url + name
        self.manifest = backups.manifest(name)
        self._sums = backups.sums(name, scratch)

    def entries(self) -> Iterator[Entry]:
        return self.manifest.entries(self._sums, self.where)

    def fetch(self, entry: Entry, place: Path) -> None:
        with _or_altered(entry), place.open("wb") as file:
            file.writelines(self._storage.read(key_of(entry)))
        hashing.check(place, entry.sha256)

    def check(self, entry: Entry) -> None:
        with _or_altered(entry):
            if hashing.sha256_of_parts(self._storage.read(key_of(entry))) != entry.sha256:
                raise Altered(entry.name)

    def database(self, scratch: Path) -> Path:
        """That of this backup, whatever its bytes are: `checking` has compared them."""
        path = scratch / names.DATABASE
        (entry,) = (entry for entry in self.entries() if entry.name == names.DATABASE)
        with contextlib.suppress(Altered):
            self.fetch(entry, path)
        return path


@contextlib.contextmanager
def _or_altered(entry: Entry) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise Altered(entry.name) from None
