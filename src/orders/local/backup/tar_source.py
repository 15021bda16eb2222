"""Reads a backup in one file, in one pass: its files come in the order of their names. `tarred` writes it."""

import contextlib
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from orders.local.backup import hashing, names
from orders.local.backup.errors import Altered, BackupError
from orders.local.backup.manifest import Entry, Manifest
from orders.local.backup.tarred import forget_members


@contextlib.contextmanager
def opened(path: Path) -> Iterator["TarSource"]:
    """The backup in this file.

    Raises:
        BackupError: there is none, or it was cut short.
    """
    with tempfile.TemporaryDirectory() as scratch:
        own = Path(scratch)
        with contextlib.closing(_Reading(path)) as reading:
            found = [reading.write(name, own / name) for name in (names.SUMS, names.MANIFEST)]
        if not all(found):
            raise BackupError(f"{path} is not a whole backup. Use another one.")
        with contextlib.closing(_Reading(path)) as reading:
            yield TarSource(path, own, reading)


class TarSource:
    """`orders.local.backup.source.Source` in one file. Files are read once, in the order of their names."""

    workers = 1

    def __init__(self, path: Path, scratch: Path, reading: "_Reading") -> None:
        self.path, self.where = path, str(path)
        self.manifest = Manifest.from_bytes((scratch / names.MANIFEST).read_bytes())
        self._sums, self._reading = scratch / names.SUMS, reading

    def entries(self) -> Iterator[Entry]:
        return self.manifest.entries(self._sums, self.where)

    def fetch(self, entry: Entry, place: Path) -> None:
        if not self._reading.write(entry.name, place):
            raise Altered(entry.name)
        hashing.check(place, entry.sha256)

    def check(self, entry: Entry) -> None:
        with self._reading.found(entry.name) as file:
            if file is None or hashing.sha256_in(file) != entry.sha256:
                raise Altered(entry.name)

    def database(self, scratch: Path) -> Path:
        with contextlib.closing(_Reading(self.path)) as reading:
            reading.write(names.DATABASE, scratch / names.DATABASE)
        return scratch / names.DATABASE


class _Reading:
    """One pass through an archive."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._explained():
            self._archive = _opened(path)
            self._next = self._archive.next()

    def write(self, name: str, place: Path) -> bool:
        """Write the file of this name, unless it is missing. Whether it was there."""
        with self.found(name) as file:
            if file is not None:
                with self._explained(), place.open("wb") as written:
                    shutil.copyfileobj(file, written)
        return file is not None

    @contextlib.contextmanager
    def found(self, name: str) -> Iterator[IO[bytes] | None]:
        """The file of this name, or `None` if it is missing. Ask for names in their order."""
        with self._explained():
            while self._next and _place_of(self._next.name) < _place_of(name):
                forget_members(self._archive)
                self._next = self._archive.next()
            is_here = self._next is not None and self._next.name == name and self._next.isreg()
            yield self._archive.extractfile(self._next) if self._next and is_here else None

    def close(self) -> None:
        self._archive.close()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (tarfile.TarError, EOFError, zlib.error):
            raise BackupError(f"{self._path} is not a backup, or is damaged. Use another one.") from None


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path)
    except tarfile.ReadError:  # it lists why, for each kind of archive
        raise BackupError(f"{path} is not a backup in a file, or its beginning is damaged. Use another one.") from None


def _place_of(name: str) -> tuple[int, str]:
    """Where a file is in the archive: the two that the backup says of itself come last."""
    return (names.SUMS, names.MANIFEST).index(name) + 1 if name in {names.SUMS, names.MANIFEST} else 0, name
