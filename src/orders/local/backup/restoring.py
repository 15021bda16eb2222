"""Restores a backup into an empty data folder: whole, or not at all.

All files are first written to `restoring/` in the folder. Only when they are there and durable do they move to their
places. As long as there is a `restoring/`, nobody opens the folder, and the same command begins again. So a process
that is killed at any moment leaves no folder that a server would take for a whole one. This also works where the folder
itself can't be renamed, such as a container's volume.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from orders.local import files
from orders.local.backup import hashing, key_file, names, parallel
from orders.local.backup.durable import sync_disk_of
from orders.local.backup.errors import Altered, BackupError
from orders.local.backup.manifest import Entry
from orders.local.backup.source import Source
from orders.local.folder import identity, privacy
from orders.local.folder.folder import RESTORING, DataFolder
from orders.local.folder.inspection import Progress

_LOCK = "server.lock"
_STEP = 100


@dataclass(frozen=True, slots=True)
class Restored:
    """`damaged` names the files that the backup should have and that were left out."""

    orders: int
    files: int
    damaged: list[str]


def restore(source: Source, data: Path, keys: Mapping[str, bytes], progress: Progress) -> Restored:
    """Restore the backup into a folder that is empty or not there. `keys` come from `key_file.read`.

    A damaged receipt is left out, as the server can make it again. A damaged database is an error.

    Raises:
        BackupError: the folder is not empty or is in a backup, or the backup is damaged.
        FolderError: another process uses the folder.
        NotPrivate: see `orders.local.folder.privacy`.
        OSError: a file can't be read or written.
    """
    _refuse_in_a_backup(data)
    _refuse_unless_empty(data)
    next(source.entries(), None)  # a damaged list is an error before anything is written
    os.umask(privacy.MASK)
    is_new = not data.exists()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    privacy.make_private(data)
    with DataFolder(data).lock():
        _refuse_unless_empty(data)
        building = _begin(data, source)
        damaged = list(_fetch_all(source, building, progress))
        if names.DATABASE in damaged:
            _leave_as_it_was(data, is_new)
            raise BackupError(
                f"The database in the backup {source.where} is missing or altered. Nothing was restored. Use another"
                " backup."
            )
        key_file.put(dict(keys), building)
        identity.mark_as_restored(building)
        _finish(building, data)
    return Restored(source.manifest.orders, source.manifest.files - len(damaged), damaged)


def _refuse_in_a_backup(data: Path) -> None:
    for parent in data.resolve().parents:
        if names.is_of_backup(parent.name) and (parent / names.MANIFEST).exists():
            raise BackupError(f"{data} is in a backup, and would be removed with it. Name a folder elsewhere.")


def _refuse_unless_empty(data: Path) -> None:
    """Of a restore that was interrupted, only what it may have put there is allowed."""
    there = {path.name for path in data.iterdir()} - {_LOCK} if data.is_dir() else set()
    if others := sorted(name for name in there if RESTORING not in there or not _is_restored(name)):
        raise BackupError(
            f"{data} is not empty: it has {others[0]}. Name a new folder with --data, or move this one away first."
        )


def _is_restored(name: str) -> bool:
    return (
        name in {RESTORING, names.DATABASE, "bucket", "outbox", *key_file.NAMES}
        or names.is_of_audit_log(name)
        or name.startswith("identity-")
    )


def _begin(data: Path, source: Source) -> Path:
    """An empty folder to write to, or what an earlier attempt with the same backup left in it."""
    building = data / RESTORING
    building.mkdir(mode=0o700, exist_ok=True)
    files.sync(data)
    for name in sorted({path.name for path in data.iterdir()} - {RESTORING, _LOCK}):
        _remove(data / name)
    manifest, content = building / names.MANIFEST, source.manifest.to_bytes()
    if not manifest.exists() or manifest.read_bytes() != content:
        for path in building.iterdir():
            _remove(path)
        files.replace(manifest, content, building)
    return building


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _leave_as_it_was(data: Path, is_new: bool) -> None:
    shutil.rmtree(data / RESTORING)
    (data / _LOCK).unlink()
    if is_new:
        data.rmdir()


def _fetch_all(source: Source, building: Path, progress: Progress) -> Iterator[str]:
    """Write every file; the names of those that are missing or altered in the backup."""
    fetch = partial(_fetch, source, building)
    for number, (name, is_whole) in enumerate(parallel.each(fetch, source.entries(), source.workers)):
        if number % _STEP == 0:
            progress("files", number, source.manifest.files)
        if not is_whole:
            yield name


def _fetch(source: Source, building: Path, entry: Entry) -> tuple[str, bool]:
    place = building / entry.name
    if place.exists() and hashing.sha256_of(place) == entry.sha256:
        return entry.name, True
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        source.fetch(entry, place)
    except Altered:
        place.unlink(missing_ok=True)
        return entry.name, False
    return entry.name, True


def _finish(building: Path, data: Path) -> None:
    """Move everything to its place. The end of `building` is the moment from which the folder is whole."""
    sync_disk_of(building)
    for path in building.iterdir():
        if path.name != names.MANIFEST:
            path.rename(data / path.name)
    files.sync(data)
    (building / names.MANIFEST).unlink()
    building.rmdir()
    files.sync(data)
