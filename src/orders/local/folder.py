"""The data folder: what stands where, who holds it, whether this version can read it."""

import fcntl
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO


class FolderError(Exception):
    """The data folder can't be used; the message says why and what to do."""


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

    @classmethod
    def open(cls, path: Path) -> "DataFolder":
        """The folder, made if it is not there.

        Raises:
            FolderError: it can't be made or written to.
        """
        folder = cls(path)
        try:
            (folder.objects / "receipts").mkdir(parents=True, exist_ok=True)
            probe = path / f".probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise FolderError(
                f"The data folder {path} can't be written to ({error.strerror}). Name another one with --data."
            ) from None
        return folder

    def lock(self) -> IO[str]:
        """Hold the folder for one server, until the file is closed or the process ends, however it ends.

        Raises:
            FolderError: another server holds it.
        """
        file = (self.path / "server.lock").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise FolderError(
                f"Another server is using the data folder {self.path}. Stop it, or name another folder with --data."
            ) from None
        return file

    def link_key(self) -> bytes:
        """The key that links are signed with, 32 random bytes, made once for this folder."""
        key_file = self.path / "link.key"
        try:
            return key_file.read_bytes()
        except FileNotFoundError:
            pass
        fresh = self.path / f".link.key-{os.getpid()}"
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, key_file)  # never over a key that another process made meanwhile
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return key_file.read_bytes()
