"""Files that are there whole or not at all, whatever ends the process that writes them.

They are their owner's only. A temporary file has a name that nobody can guess, and is always a new file: no symbolic
link is followed, and nothing that is already there is written to.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

UNFINISHED = ".new-"
"""How the name of a temporary file begins."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_once(path: Path, content: bytes, unfinished: Path) -> bool:
    """Put a file there, unless there is one; durable either way. Whether it was put.

    `unfinished` is a folder on the same file system, for the temporary file.

    Raises:
        OSError: it can't be written, or nobody knows whether it was.
    """
    with _temporary(content, unfinished) as fresh:
        _make_folder(path.parent)  # not before: where the whole bucket is gone, none is made
        try:
            os.link(fresh, path, follow_symlinks=False)
            written = True
        except FileExistsError:
            written = False
    sync(path.parent)
    return written


def replace(path: Path, content: bytes, unfinished: Path) -> None:
    """Put a file there in place of one that may be there; durable. A symbolic link is replaced, not followed.

    Raises:
        OSError: it can't be written, or nobody knows whether it was.
    """
    with _temporary(content, unfinished) as fresh:
        _make_folder(path.parent)
        fresh.replace(path)
    sync(path.parent)


def write_private(path: Path, content: str) -> None:
    """As `replace`, of a text."""
    replace(path, content.encode(), path.parent)


def sync(folder: Path) -> None:
    """Make durable which files are in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_unfinished(folder: Path) -> None:
    """Remove what a process that was killed left there; only while nobody else writes there."""
    for path in folder.glob(f"{UNFINISHED}*"):
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _temporary(content: bytes, folder: Path) -> Iterator[Path]:
    """A file with this content, which is removed when the block ends if it still has this name."""
    path = folder / f"{UNFINISHED}{secrets.token_hex(16)}"
    try:
        with open(os.open(path, _NEW, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield path
    finally:
        path.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync(folder.parent)
