"""Backups in S3. A file is named by its SHA-256, so it is sent and stored once for all backups.

    PREFIX/manifests/2026-11-26T031500.123Z.json    written last: without it, there is no backup
    PREFIX/sums/2026-11-26T031500.123Z              its SHA256SUMS
    PREFIX/objects/SHA256                           a file

A backup that was killed leaves objects, which the next one finds there and does not send again.
"""

import contextlib
import re
import shutil
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from orders.local.backup import hashing, manifest, names
from orders.local.backup.alone import alone_in
from orders.local.backup.errors import Altered, BackupError
from orders.local.backup.manifest import Entry, InOrder, Manifest
from orders.local.backup.s3_storage import CONNECTIONS, Storage, connect
from orders.local.folder.folder import DataFolder

_MOST_WAITING = 4 * CONNECTIONS
"""So many files are in memory at most, to be sent."""
_SHA256 = re.compile("[0-9a-f]{64}")


class S3Backups:
    """The whole backups in a storage."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def all(self) -> list[str]:
        """Their names, the oldest first."""
        found = (key.removesuffix(".json") for key in self.storage.names("manifests/"))
        return sorted(filter(names.is_of_backup, found))

    def manifest(self, name: str) -> Manifest:
        return Manifest.from_bytes(b"".join(self.storage.read(f"manifests/{name}.json")))

    def sums(self, name: str, scratch: Path) -> Path:
        """The SHA256SUMS of a backup, as a new file."""
        path = scratch / f"sums-{name}"
        with path.open("wb") as file:
            file.writelines(self.storage.read(f"sums/{name}"))
        return path

    def entries(self, name: str, scratch: Path) -> Iterator[Entry]:
        path = self.sums(name, scratch)
        with path.open("rb") as lines:
            yield from manifest.entries(lines)
        path.unlink()


@contextlib.contextmanager
def writing(url: str, folder: DataFolder, name: str, endpoint_url: str | None) -> Iterator["S3Backup"]:
    """A new backup there. The database is first copied into the data folder.

    Raises:
        BackupError: another process is making one, or the storage can't be used.
    """
    backups = S3Backups(connect(url, endpoint_url))
    staging = folder.path / names.UNFINISHED
    with alone_in(folder.path, f"of {folder.path}"), ThreadPoolExecutor(CONNECTIONS) as pool:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
        try:
            yield S3Backup(backups, name, staging, pool)
        finally:
            pool.shutdown(cancel_futures=True)
            shutil.rmtree(staging)


class S3Backup:
    """`orders.local.backup.target.Target` in S3."""

    def __init__(self, backups: S3Backups, name: str, staging: Path, pool: ThreadPoolExecutor) -> None:
        self.staging = staging
        self._backups, self._storage, self._name = backups, backups.storage, name
        self._before = newest[-1] if (newest := backups.all()) else None
        self._pool = pool
        self._there: _Objects | None = None
        self._sending: deque[Future[None]] = deque()
        self._staged: list[tuple[Entry, Path]] = []

    def before(self) -> Iterator[Entry]:
        """Nothing if its list is missing or damaged: then every object is looked for."""
        with contextlib.suppress(BackupError, FileNotFoundError):
            if self._before and self._is_whole(self._before):
                return self._backups.entries(self._before, self.staging)
        return iter(())

    def _is_whole(self, name: str) -> bool:
        sums = self._backups.sums(name, self.staging)
        return hashing.sha256_of(sums) == self._backups.manifest(name).sums

    def reuse(self, entry: Entry) -> bool:
        """Somebody may have removed an object of the backup before: then it is sent again."""
        if self._there is None:
            self._there = _Objects(self._storage.names("objects/"))
        return self._there.has(entry.sha256)

    def add(self, entry: Entry, source: Path) -> None:
        """Files that this backup has made, among them the database, are sent in the end."""
        if source.parent == self.staging:
            hashing.check(source, entry.sha256)
            self._staged.append((entry, source))
            return
        content = source.read_bytes()
        if hashing.sha256_of_parts([content]) != entry.sha256:
            raise Altered(entry.name)
        self._sending.append(self._pool.submit(self._send, entry, content))
        self._wait_until_waiting(_MOST_WAITING)

    def finish(self, manifest: Manifest) -> str:
        """The sums come before what no other backup may have, so that `keep` finds it if this process is killed."""
        self._wait_until_waiting(0)
        self._storage.put_file(f"sums/{self._name}", self.staging / names.SUMS)
        for entry, path in self._staged:
            self._storage.put_file(key_of(entry), path)
        self._storage.put(f"manifests/{self._name}.json", manifest.to_bytes())
        return self._storage.url + self._name

    def keep(self, most: int) -> int:
        too_many = names.beyond(most, self._backups.all(), self._name)
        for name in too_many:
            self._storage.remove(f"manifests/{name}.json")
        self._remove_what_no_backup_has()
        return len(too_many)

    def _send(self, entry: Entry, content: bytes) -> None:
        if not self._storage.has(key_of(entry)):
            self._storage.put(key_of(entry), content)

    def _wait_until_waiting(self, most: int) -> None:
        while len(self._sending) > most:
            self._sending.popleft().result()

    def _remove_what_no_backup_has(self) -> None:
        """Objects of backups that were removed, or never finished. Almost all of theirs are in the newest one, too."""
        whole = self._backups.all()
        gone = [name for name in self._storage.names("sums/") if name not in whole]
        unused: set[str] = set()
        for name in gone:
            newest = InOrder(self._backups.entries(self._name, self.staging))
            entries = self._backups.entries(name, self.staging)
            unused |= {entry.sha256 for entry in entries if not newest.has(entry)}
        for name in whole if unused else ():
            unused -= {each.sha256 for each in self._backups.entries(name, self.staging) if each.sha256 in unused}
        for sha256 in unused:
            self._storage.remove(f"objects/{sha256}")
        for name in gone:
            self._storage.remove(f"sums/{name}")


class _Objects:
    """The objects that are there, by the first 64 bits of their SHA-256: eight bytes of memory for each."""

    def __init__(self, sha256s: Iterator[str]) -> None:
        """They come sorted, as S3 lists them."""
        self._starts = array("Q", (_start(each) for each in sha256s if _SHA256.fullmatch(each)))

    def has(self, sha256: str) -> bool:
        start = _start(sha256)
        place = bisect_left(self._starts, start)
        return place < len(self._starts) and self._starts[place] == start


def _start(sha256: str) -> int:
    return int(sha256[:16], 16)


def key_of(entry: Entry) -> str:
    return f"objects/{entry.sha256}"
