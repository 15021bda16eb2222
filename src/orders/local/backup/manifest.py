"""What a backup says of itself: `manifest.json`, and `SHA256SUMS` with every other file.

The manifest is written last. A backup without one is not a backup. `sha256sum --check SHA256SUMS` works, too.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from orders.local.backup import hashing, names
from orders.local.backup.errors import BackupError
from orders.order.clock import to_iso

FORMAT = 1
_LINE = re.compile(rb"([0-9a-f]{64})  (.+)\n?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a backup: its path there, and the SHA-256 of its bytes, in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`made_at`: every order that was acknowledged before this instant is in the backup.

    `lost` counts receipts that were missing or altered, in the data folder and in the backup before. `sums` is the
    SHA-256 of SHA256SUMS.
    """

    made_at: datetime
    program: str
    orders: int
    files: int
    lost: int
    sums: str

    def to_bytes(self) -> bytes:
        """As JSON."""
        document = {"format": FORMAT} | asdict(self) | {"made_at": to_iso(self.made_at)}
        return json.dumps(document, indent=2).encode() + b"\n"

    @classmethod
    def from_bytes(cls, content: bytes) -> "Manifest":
        """The opposite.

        Raises:
            BackupError: it is damaged, or a newer version of this program wrote it.
        """
        try:
            document = json.loads(content)
            if document.pop("format") > FORMAT:
                raise BackupError("A newer version of this program made this backup. Install that version.")
            made_at, counts = datetime.fromisoformat(document["made_at"]), ("orders", "files", "lost")
            return cls(**document | {"made_at": made_at} | {name: int(document[name]) for name in counts})
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise BackupError(f"{names.MANIFEST} of the backup can't be read. Use another backup.") from None

    def entries(self, sums: Path, where: str) -> Iterator[Entry]:
        """What this SHA256SUMS says, if it is the one of this backup. `where` is the backup, for people.

        Raises:
            BackupError: it is missing or damaged.
        """
        if not sums.is_file() or hashing.sha256_of(sums) != self.sums:
            raise BackupError(f"{names.SUMS} of {where} is missing or damaged. Use another backup.")
        with sums.open("rb") as lines:
            yield from entries(lines)


class Sums:
    """Writes SHA256SUMS. Entries come in the order of their names."""

    def __init__(self, path: Path) -> None:
        self.path, self.files = path, 0
        self._file = path.open("wb")
        self._digest = hashlib.sha256()

    def add(self, entry: Entry) -> None:
        line = f"{entry.sha256}  {entry.name}\n".encode()
        self._file.write(line)
        self._digest.update(line)
        self.files += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def sha256(self) -> str:
        """Of the lines so far."""
        return self._digest.hexdigest()


def entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    """What SHA256SUMS says, line by line.

    Raises:
        BackupError: it is damaged, or names a file that no backup contains.
    """
    last = ""
    for line in lines:
        match = _LINE.fullmatch(line)
        name = match[2].decode(errors="replace") if match else ""
        if match is None or not names.is_of_file(name) or name <= last:
            raise BackupError(f"{names.SUMS} of the backup is damaged. Use another backup.")
        yield Entry(name, match[1].decode())
        last = name


class InOrder:
    """Finds entries in others that are sorted by name, in one pass over both."""

    def __init__(self, others: Iterator[Entry]) -> None:
        self._others = others
        self._next = next(others, None)

    def has(self, entry: Entry) -> bool:
        """Whether it is among the others. No entry may come before the one of the last call."""
        while self._next and self._next.name < entry.name:
            self._next = next(self._others, None)
        return self._next == entry
