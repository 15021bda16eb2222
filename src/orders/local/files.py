"""Files that are there whole or not at all, whatever ends the process that writes them."""

import os
import uuid
from pathlib import Path


def write_once(path: Path, content: bytes, unfinished: Path) -> bool:
    """Put a file there, whole or not at all, unless there is one; durable either way. Whether it was put."""
    fresh = unfinished / uuid.uuid4().hex
    try:
        with fresh.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _make_folder(path.parent)  # not before: where the whole bucket is gone, none is made
        os.link(fresh, path)
        written = True
    except FileExistsError:
        written = False
    finally:
        fresh.unlink(missing_ok=True)
    _sync(path.parent)
    return written


def write_private(path: Path, content: str) -> None:
    """Put a file there that only its owner reads, whole or not at all, instead of what is there; durable.

    A symbolic link in its place is replaced, never followed.
    """
    fresh = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync(path.parent)


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
