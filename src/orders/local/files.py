"""Writes a file whole or not at all, whatever ends the process that writes it.

A temporary file is always a new file with a name that nobody can guess. Nothing follows a symbolic link, or writes to a
file that exists already.
"""

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

UNFINISHED = ".new-"
"""How the name of a temporary file begins."""
UNFINISHED_FOLDER = "unfinished"
"""A folder for temporary files, beside the files that they become."""
SECONDS_IN_USE = 60
"""A temporary file that was written to within so many seconds may still be in use."""
_OWNERS_ONLY = 0o600
_AS_THE_UMASK_SAYS = 0o666
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LOCK = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
_DEVICES = Path("/dev")


def write_once(path: Path, content: bytes, unfinished: Path) -> bool:
    """Write a file for its owner only, unless it exists. It is durable when this returns whether it was written now.

    `unfinished` is a folder on the same file system, for the temporary file.

    Raises:
        OSError: it can't be written, or nobody knows whether it was.
    """
    with _durable(content, unfinished) as fresh:
        _make_folder(path.parent)  # not before: if the whole bucket is gone, a new one must not appear
        try:
            os.link(fresh, path, follow_symlinks=False)
            written = True
        except FileExistsError:
            written = False
    sync(path.parent)
    return written


def replace(path: Path, content: bytes, unfinished: Path) -> None:
    """Write a file for its owner only, or replace it. It is durable when this returns.

    Raises:
        OSError: it can't be written, or nobody knows whether it was.
    """
    with _durable(content, unfinished) as fresh:
        _make_folder(path.parent)
        fresh.replace(path)
    sync(path.parent)


def write_for_user(path: Path, content: bytes) -> None:
    """Write a file where a user wants it, or replace it. A device or a pipe is written to directly.

    Raises:
        OSError: it can't be written, or is a symbolic link. An existing file is unchanged.
    """
    if path.is_symlink() and not path.is_relative_to(_DEVICES):
        raise OSError(errno.ELOOP, "it is a symbolic link", str(path))
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    with temporary(path.resolve().parent, _AS_THE_UMASK_SAYS) as (file, fresh):
        file.write(content)
        file.close()
        fresh.replace(path.resolve())


def open_lock(path: Path) -> IO[str]:
    """Open a file that serves only as a lock, for its owner only.

    Raises:
        OSError: it can't be opened, or is a symbolic link.
    """
    return open(os.open(path, _LOCK, _OWNERS_ONLY), "a", encoding="ascii")


@contextlib.contextmanager
def temporary(folder: Path, mode: int = _OWNERS_ONLY) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file and its path. It is removed when the block ends, if it still has this name."""
    path = folder / f"{UNFINISHED}{secrets.token_hex(16)}"
    try:
        with open(os.open(path, _NEW, mode), "w+b") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def remove_unfinished(folder: Path, *, others_write: bool) -> None:
    """Remove the temporary files that a killed process left in a folder.

    If `others_write`, another process may be writing to the folder: files that may be in use are kept.
    """
    for path in folder.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(FileNotFoundError):
            if not others_write or time.time() - path.lstat().st_mtime > SECONDS_IN_USE:
                path.unlink()


def sync(folder: Path) -> None:
    """Make the names in a folder durable: which files it has, and what they are called."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _durable(content: bytes, folder: Path) -> Iterator[Path]:
    with temporary(folder) as (file, path):
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        yield path


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync(folder.parent)
