"""Backups in a folder, each in a folder of its own, named by its instant: `DIR/2026-11-26T031500.123Z/`.

A file that the backup before has becomes a hard link to it: it takes no room, and is not copied again. On the disk of
the data folder, a new receipt or mail is a hard link, too. This is safe, since nothing writes to one that exists:
`store_once` never replaces a receipt, `put_back` puts a new file in its place, and the outbox only moves its files.
Files that do change, the database and the audit log, are copied.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from orders.local import files
from orders.local.backup import durable, hashing, manifest, names
from orders.local.backup.alone import alone_in
from orders.local.backup.errors import Altered, BackupError
from orders.local.backup.manifest import Entry, Manifest

_REMOVING = "removing-backup"
"""In a folder that may have others: a person would not use this name, since whatever is there is removed."""
_RECEIPTS = "bucket"
"""What an unfinished backup keeps for the next attempt."""


class DatedBackups:
    """The whole backups in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def all(self) -> list[str]:
        """Their names, the oldest first."""
        if not self.root.is_dir():
            return []
        folders = (path for path in self.root.iterdir() if names.is_of_backup(path.name))
        return sorted(path.name for path in folders if (path / names.MANIFEST).is_file())

    def remove(self, name: str) -> None:
        """From the first moment on, nobody takes what is left of it for a backup."""
        removing = self.root / _REMOVING
        self.finish_removing()
        (self.root / name).rename(removing)
        files.sync(self.root)
        self.finish_removing()

    def finish_removing(self) -> None:
        if (self.root / _REMOVING).exists():
            shutil.rmtree(self.root / _REMOVING)


@contextlib.contextmanager
def writing(root: Path, name: str) -> Iterator["DatedBackup"]:
    """A new backup in this folder, which is made if it is not there.

    Raises:
        BackupError: another process is writing one there.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone_in(root, f"to {root}"):
        DatedBackups(root).finish_removing()
        yield DatedBackup(root, name)


class DatedBackup:
    """`orders.local.backup.target.Target` in a folder."""

    def __init__(self, root: Path, name: str) -> None:
        self._root, self._name = root, name
        self._backups = DatedBackups(root)
        self._before = root / newest[-1] if (newest := self._backups.all()) else None
        self.staging = root / names.UNFINISHED
        self._parent: Path | None = None
        self.staging.mkdir(mode=0o700, exist_ok=True)
        self._has_copies = (self.staging / _RECEIPTS).exists()  # of an attempt that was killed
        _forget_all_but_receipts(self.staging)

    def before(self) -> Iterator[Entry]:
        """Nothing if its list is damaged: then everything is copied again."""
        if self._before is not None and _has(self._before / names.SUMS, _sums_of(self._before)):
            with (self._before / names.SUMS).open("rb") as lines:
                yield from manifest.entries(lines)

    def reuse(self, entry: Entry) -> bool:
        if self._before is None:
            return False
        place = self._place(entry.name)
        place.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):  # a person removed it
            return _linked(self._before / entry.name, place)
        return False

    def add(self, entry: Entry, source: Path) -> None:
        place = self._place(entry.name)
        if place == source:
            return
        if not _has(place, entry.sha256):  # an attempt before this one may have written it
            place.unlink(missing_ok=True)
            if not _linked(source, place):
                shutil.copyfile(source, place)
                self._has_copies = True
            _check(place, entry.sha256)

    def finish(self, manifest: Manifest) -> str:
        files.replace(self.staging / names.MANIFEST, manifest.to_bytes(), self.staging)
        self._sync()
        final = self._root / self._name
        self.staging.rename(final)
        files.sync(self._root)
        return str(final)

    def keep(self, most: int) -> int:
        too_many = names.beyond(most, self._backups.all(), self._name)
        for name in too_many:
            self._backups.remove(name)
        return len(too_many)

    def _sync(self) -> None:
        """Copies are on another disk than the server's, so it does not wait for that. Links need only their names."""
        if self._has_copies:
            durable.sync_disk_of(self.staging)
        else:
            durable.sync_names_below(self.staging)

    def _place(self, name: str) -> Path:
        place = self.staging / name
        if place.parent != self._parent:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._parent = place.parent
        return place


def _forget_all_but_receipts(staging: Path) -> None:
    for path in staging.iterdir():
        if path.is_dir() and path.name != _RECEIPTS:
            shutil.rmtree(path)
        elif path.name != _RECEIPTS:
            path.unlink()


def _linked(source: Path, place: Path) -> bool:
    """Whether a hard link could be made. Another disk, or one without links, has none.

    A symbolic link is copied instead: a backup must have the file itself.

    Raises:
        FileNotFoundError: there is no such file.
    """
    if source.is_symlink():
        return False
    try:
        os.link(source, place)
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True


def _sums_of(backup: Path) -> str:
    with contextlib.suppress(BackupError):
        return Manifest.from_bytes((backup / names.MANIFEST).read_bytes()).sums
    return ""


def _has(place: Path, sha256: str) -> bool:
    return place.exists() and hashing.sha256_of(place) == sha256


def _check(place: Path, sha256: str) -> None:
    try:
        hashing.check(place, sha256)
    except Altered:
        place.unlink()
        raise
