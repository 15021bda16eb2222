"""The data folder: where each file is, which process holds the folder, and whether a server can work in it."""

import contextlib
import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from orders.local import files
from orders.local.folder import privacy

KEY_BYTES = 32
ROOM_TO_START = 256 * 1024
"""Bytes that must be free: for what SQLite writes at start, and the first orders."""

RESTORING = "restoring"
"""A folder in the data folder of which a restore has not ended: see `orders.local.backup.restoring`."""
OF_A_BACKUP = "manifest.json", "SHA256SUMS"
"""Files that only a backup has: see `orders.local.backup.manifest`."""

_OTHERWISE = "Name another one with --data."
_NEXT = {
    errno.ENOSPC: "Make room on its disk and start again; everything accepted so far is safe.",
    errno.EDQUOT: "Make room in its quota and start again; everything accepted so far is safe.",
    errno.EROFS: "Make its disk writable and start again; everything accepted so far is safe.",
}
"""What to do about what the system says."""


class FolderError(Exception):
    """The data folder can't be used; the message says why and what to do."""


class FolderInUse(FolderError):
    """A server is using the data folder."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Where the local edition keeps everything that it must not lose."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "orders.db"

    @property
    def objects(self) -> Path:
        """The bucket's root: an object's key is its path below."""
        return self.path / "bucket"

    @property
    def receipts(self) -> Path:
        """A folder for each day, with the receipts of the orders received on it (UTC)."""
        return self.objects / "receipts"

    @property
    def outbox(self) -> Path:
        """Mails that are kept because no mail server is set, one file each."""
        return self.path / "outbox"

    def identity(self, token: str) -> Path:
        """The file that says that the folder was last used with this token: see `orders.local.folder.identity`."""
        return self.path / f"identity-{token}"

    def identities(self) -> Iterator[Path]:
        """The files of all tokens; more than one after a crash, or in a copy."""
        return self.path.glob("identity-*")

    @property
    def keys(self) -> Path:
        """The keys of callers."""
        return self.path / "keys.json"

    @property
    def first_keys(self) -> Path:
        """The first keys, where no terminal shows them."""
        return self.path / "first-keys.txt"

    @property
    def audit(self) -> Path:
        """Which operator saw, exported or changed orders, and who changed keys."""
        return self.path / "audit.log"

    @classmethod
    def open(cls, path: Path) -> "DataFolder":
        """The folder, made if it is not there, for its owner only.

        From then on, new files of this process are their owner's only.

        Raises:
            FolderError: it can't be made or used, or is a backup, or a restore into it has not ended, or it is not
                private: see `orders.local.folder.privacy`.
        """
        folder = cls(path)
        with _usable(path):
            _refuse_backup(path)
            os.umask(privacy.MASK)
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            privacy.make_private(path)
            if (path / RESTORING).exists():
                raise FolderError(
                    f"A restore into {path} has not ended. Wait until it has, or if it was interrupted, run the same"
                    " `orders restore` again."
                )
            folder.receipts.mkdir(parents=True, exist_ok=True)
        return folder

    @classmethod
    def existing(cls, path: Path) -> "DataFolder":
        """As `open`, of a folder that must be there: a new one would be empty, and nobody would know why.

        Raises:
            FolderError: there is none, or as `open`.
        """
        if not path.is_dir():
            raise FolderError(f"There is no data folder {path}. Name the server's with --data.")
        return cls.open(path)

    def check(self) -> None:
        """Remove unfinished files, and check that there is room and that hard links work: receipts need them.

        Call this only while holding the folder's lock.

        Raises:
            FolderError: there is no room, or no hard links.
        """
        with _usable(self.path):
            files.remove_unfinished(self.path, others_write=True)  # `orders keys` may be at work
            for folder in (self.objects, self.outbox):
                files.remove_unfinished(folder / files.UNFINISHED_FOLDER, others_write=False)
            with files.temporary(self.path) as (probe, path):
                _take_room(probe)
                linked = path.with_name(f"{path.name}-linked")
                os.link(path, linked, follow_symlinks=False)
                linked.unlink()

    def lock(self) -> IO[str]:
        """Hold the folder for one server, until the file is closed or the process ends, however it ends.

        Raises:
            FolderInUse: another server holds it.
            FolderError: it can't be held.
        """
        with _usable(self.path):
            file = files.open_lock(self.path / "server.lock")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                raise FolderInUse(
                    f"Another server is using the data folder {self.path}. Stop it, or name another folder with --data."
                ) from None
            return file

    @contextlib.contextmanager
    def locked_if_free(self) -> Iterator[bool]:
        """Hold the folder until the block ends, unless a server holds it; whether it is held.

        Raises:
            FolderError: it can't be held.
        """
        try:
            file = self.lock()
        except FolderInUse:
            yield False
            return
        with file:
            yield True

    def link_key(self) -> bytes:
        """The key that links are signed with, 32 random bytes, made once for this folder.

        Raises:
            FolderError: it can't be read or made, or is not what was made.
        """
        key_file = self.path / "link.key"
        with _usable(self.path):
            if not key_file.exists():
                files.write_once(key_file, secrets.token_bytes(KEY_BYTES), self.path)
            key = key_file.read_bytes()
        if len(key) != KEY_BYTES:
            raise FolderError(
                f"{key_file} is damaged. Remove it: the server makes a new one, and existing download URLs stop"
                " working."
            )
        return key


def _refuse_backup(path: Path) -> None:
    """A server would change it, and with it every backup that shares a file with it."""
    if all((path / name).exists() for name in OF_A_BACKUP):
        raise FolderError(
            f"{path} is a backup, which must not change. Restore it into a new folder, and use that:"
            f" orders restore {path} --data FOLDER"
        )


def _take_room(file: BinaryIO) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, ROOM_TO_START)
    else:  # macOS
        file.write(bytes(ROOM_TO_START))
        file.flush()
    os.fsync(file.fileno())


@contextlib.contextmanager
def _usable(path: Path) -> Iterator[None]:
    try:
        yield
    except privacy.NotPrivate as error:
        raise FolderError(str(error)) from None
    except OSError as error:
        advice = _NEXT.get(error.errno or 0, _OTHERWISE)
        raise FolderError(f"The data folder {path} can't be used ({error.strerror or error}). {advice}") from None
