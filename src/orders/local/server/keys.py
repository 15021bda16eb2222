"""The keys of callers: id, holder and SHA-256. The key itself is never stored."""

import contextlib
import fcntl
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from orders.api.authority import Authority
from orders.local import files
from orders.local.folder.folder import FolderError
from orders.local.server import audit
from orders.order.clock import to_iso, utc_now

MOST_AT_A_TIME = 2
"""For one holder: the key in use, and its replacement."""
HOLDERS = (Authority.SHOP, Authority.OPERATOR)
"""Kinds of callers who have keys. A key opens the routes of its kind."""


class TooManyKeys(Exception):
    """The holder already has two keys; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Key:
    """`name` is the holder's. `sha256` is hexadecimal, and all that is stored of the key itself."""

    id: str
    kind: Authority
    name: str
    sha256: str
    made_at: str


class KeyRing:
    """The keys of one data folder, and those of files elsewhere, which nothing changes while a server runs.

    `orders keys` may change the keys of the folder while a server uses them.
    """

    def __init__(self, path: Path, elsewhere: Sequence[Key] = ()) -> None:
        self._path = path
        self._elsewhere = tuple(elsewhere)
        self._seen: tuple[int, int, int] | None = None
        self._kept: list[Key] = []
        self._keys: Sequence[Key] = self._elsewhere

    def all(self) -> Sequence[Key]:
        """Every key: those of files elsewhere, then those of the folder, the oldest first.

        Raises:
            FolderError: the folder's file can't be read.
        """
        self._look()
        return self._keys

    def find(self, kind: Authority, secret: str) -> Key | None:
        """The key of this kind with this secret, or `None`. Every key is compared, in constant time."""
        sha256 = sha256_of(secret)
        found = [key for key in self.all() if hmac.compare_digest(key.sha256, sha256) and key.kind is kind]
        return found[0] if found else None

    def make(self, kind: Authority, name: str) -> str:
        """Make a key and return its secret, which nothing can show again.

        Raises:
            TooManyKeys: the holder already has two.
        """
        key_id = secrets.token_hex(4)
        secret = f"{kind}_{key_id}_{secrets.token_urlsafe(24)}"
        with self._changing() as keys:
            held = [key.id for key in keys if (key.kind, key.name) == (kind, name)]
            if len(held) >= MOST_AT_A_TIME:
                raise TooManyKeys(f"{name} has two keys, {held[0]} and {held[1]}: remove the one not in use first.")
            keys.append(Key(key_id, kind, name, sha256_of(secret), to_iso(utc_now())))
        audit.key_changed("make-key", key_id, kind, name)
        return secret

    def remove(self, key_id: str) -> bool:
        """Remove a key. Returns whether it existed."""
        with self._changing() as keys:
            gone = [key for key in keys if key.id == key_id]
            keys[:] = [key for key in keys if key.id != key_id]
        for key in gone:
            audit.key_changed("remove-key", key.id, key.kind, key.name)
        return bool(gone)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[list[Key]]:
        """The keys, as a list to change. One process at a time; the list is stored when the block ends."""
        with files.open_lock(self._path.with_name(f"{self._path.name}.lock")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._look()
            keys = list(self._kept)
            yield keys
            if keys != self._kept:
                self._write(keys)

    def _look(self) -> None:
        """Read the folder's file if it has changed."""
        try:
            state = self._path.stat()
        except FileNotFoundError:
            self._kept, self._keys, self._seen = [], self._elsewhere, None
            return
        seen = state.st_mtime_ns, state.st_size, state.st_ino
        if self._seen != seen:
            self._kept = self._read()
            self._keys, self._seen = (*self._elsewhere, *self._kept), seen

    def _read(self) -> list[Key]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return [Key(**key | {"kind": Authority(key["kind"]), "sha256": _digest(key["sha256"])}) for key in kept]
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise FolderError(f"{self._path} can't be read ({error}). Remove it, and make new keys.") from None

    def _write(self, keys: Sequence[Key]) -> None:
        text = json.dumps([asdict(key) for key in keys], indent=2)
        files.replace(self._path, text.encode(), self._path.parent)


def id_of(secret: str) -> str:
    """The id of a key, which is a part of its secret. `orders keys` lists and removes keys by id."""
    return secret.split("_")[1]


def sha256_of(secret: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _digest(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise ValueError("not a SHA-256")
    return text
