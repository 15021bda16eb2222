"""A backup in one file, `.tar` or `.tar.gz`. Any `tar` unpacks it into a folder that is a backup, too.

Its files come in the order of their names, then SHA256SUMS, and manifest.json last: a file that was cut short has none.
"""

import contextlib
import fcntl
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from orders.local import files
from orders.local.backup import hashing, names
from orders.local.backup.errors import Altered, BackupError
from orders.local.backup.manifest import Entry, Manifest

_ENDINGS = (".tar", ".tar.gz", ".tgz")
_COMPRESSION = 3
"""Of gzip, from 1 to 9. Receipts are compressed already; the database takes a third with any of them."""


def is_named(place: str) -> bool:
    """Whether this is the name of a backup in one file."""
    return place.lower().endswith(_ENDINGS)


@contextlib.contextmanager
def writing(path: Path) -> Iterator["TarredBackup"]:
    """A new file, which has this name only once it is whole.

    Raises:
        BackupError: it exists already, or another process is writing it.
    """
    _refuse_existing(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with (
        _alone(unfinished, path),
        _created(unfinished / "tar", is_compressed=not path.name.lower().endswith(".tar")) as archive,
    ):
        yield TarredBackup(path, unfinished, archive)


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise BackupError(f"{path} exists already. Name a new file.")


@contextlib.contextmanager
def _alone(unfinished: Path, path: Path) -> Iterator[None]:
    """An empty folder that no other process writes to, until the block ends. What a killed backup left is removed."""
    try:
        unfinished.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{path} can't be written ({error.strerror}).") from None
    folder = os.open(unfinished, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if not _is_held(folder, unfinished):
            raise BackupError(f"Another backup to {path} is running. Wait until it has ended.")
        try:
            _refuse_existing(path)
            for left in unfinished.iterdir():
                left.unlink()
            yield
        finally:
            shutil.rmtree(unfinished)
    finally:
        os.close(folder)


def _is_held(descriptor: int, folder: Path) -> bool:
    """Whether this process now holds the folder, which the one before may have removed meanwhile."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(descriptor), folder.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _created(path: Path, *, is_compressed: bool) -> tarfile.TarFile:
    return tarfile.open(path, "w:gz", compresslevel=_COMPRESSION) if is_compressed else tarfile.open(path, "w")


class TarredBackup:
    """`orders.local.backup.target.Target` in one file."""

    def __init__(self, path: Path, unfinished: Path, archive: tarfile.TarFile) -> None:
        self._path, self._archive = path, archive
        self._unfinished = unfinished
        self.staging = unfinished

    def before(self) -> Iterator[Entry]:
        return iter(())

    def reuse(self, entry: Entry) -> bool:  # noqa: ARG002 - there is no backup before
        return False

    def add(self, entry: Entry, source: Path) -> None:
        with source.open("rb") as file:
            if hashing.sha256_in(file) != entry.sha256:
                raise Altered(entry.name)
            file.seek(0)
            self._add(entry.name, file)

    def finish(self, manifest: Manifest) -> str:
        (self.staging / names.MANIFEST).write_bytes(manifest.to_bytes())
        for name in (names.SUMS, names.MANIFEST):
            with (self.staging / name).open("rb") as file:
                self._add(name, file)
        self._archive.close()
        whole = self._unfinished / "tar"
        with whole.open("rb") as file:
            os.fsync(file.fileno())
        whole.rename(self._path)
        files.sync(self._path.parent)
        return str(self._path)

    def keep(self, most: int) -> int:  # noqa: ARG002
        return 0

    def _add(self, name: str, file: IO[bytes]) -> None:
        status = os.fstat(file.fileno())
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = status.st_size, int(status.st_mtime), 0o600
        self._archive.addfile(member, file)
        forget_members(self._archive)


def forget_members(archive: tarfile.TarFile) -> None:
    """It would keep a kilobyte for each in memory."""
    archive.members.clear()  # type: ignore[attr-defined]
