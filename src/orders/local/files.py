"""Writes a file whole or not at all, whatever ends the process that writes it.

A temporary file is always a new file with a name that nobody can guess. Nothing follows a symbolic link, or writes to a
file that exists already.
"""

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
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
_DESCRIPTORS = Path("/proc/self/fd")
"""Only on Linux, the system that can open files without a name."""
_NO_SUCH_FILES = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}
"""What a file system without them says, or an old kernel."""


def write_once(path: Path, content: bytes, unfinished: Path) -> bool:
    """Write a file for its owner only, unless it exists. It is durable when this returns whether it was written now.

    `unfinished` is a folder on the same file system, for the temporary file.

    Raises:
        OSError: it can't be written, or nobody knows whether it was.
    """
    (written,) = write_all_once([(path, content)], unfinished)
    if isinstance(written, OSError):
        raise written
    return written


def write_all_once(files: Sequence[tuple[Path, bytes]], unfinished: Path) -> list[bool | OSError]:
    """As `write_once` for each of the files, or the error that it would raise. Each folder is synced once for all."""
    outcomes = [_written(path, content, unfinished) for path, content in files]
    synced = dict.fromkeys(
        path.parent for (path, _), outcome in zip(files, outcomes, strict=True) if not isinstance(outcome, OSError)
    )
    unsynced = {folder: error for folder in synced if (error := _error_of_sync(folder))}
    return [unsynced.get(path.parent, outcome) for (path, _), outcome in zip(files, outcomes, strict=True)]


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


def _written(path: Path, content: bytes, unfinished: Path) -> bool | OSError:
    try:
        with _durable_without_name(content, unfinished) as link_to:
            _make_folder(path.parent)  # not before: if the whole bucket is gone, a new one must not appear
            link_to(path)
    except FileExistsError:
        return False
    except OSError as error:
        return error
    return True


def _error_of_sync(folder: Path) -> OSError | None:
    try:
        sync(folder)
    except OSError as error:
        return error
    return None


@contextlib.contextmanager
def _durable_without_name(content: bytes, folder: Path) -> Iterator[Callable[[Path], None]]:
    """A synced file that vanishes unless it is linked, and how to link it.

    Where the system has no such files, it is one with a temporary name.
    https://man7.org/linux/man-pages/man2/open.2.html (O_TMPFILE)
    """
    descriptor = _open_without_name(folder)
    if descriptor is None:
        with _durable(content, folder) as fresh:
            yield lambda path: os.link(fresh, path, follow_symlinks=False)
        return
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fdatasync(descriptor)
        # Only with a descriptor does Python follow the symbolic link that stands for the file.
        yield lambda path: os.link(_DESCRIPTORS / str(descriptor), path, src_dir_fd=descriptor)


def _open_without_name(folder: Path) -> int | None:
    if not _DESCRIPTORS.is_dir():
        return None
    try:
        return os.open(folder, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, _OWNERS_ONLY)
    except OSError as error:
        if error.errno in _NO_SUCH_FILES:
            return None
        raise


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
