"""The bucket: a folder for receipts, and the signed links to them."""

import errno
import hashlib
import hmac
import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from orders.local.files import UNFINISHED_FOLDER, replace, write_all_once
from orders.local.greenlets import Together
from orders.order.errors import Misconfigured, ReceiptLost, Unavailable
from orders.order.order import StoredReceipt
from orders.ports import SignedLink

PREFIX = "files/"
_QUERY = re.compile(
    rb"issued=([1-9][0-9]{0,11})&expires=([1-9][0-9]{0,11})&sha256=([0-9a-f]{64})&signature=([0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class _Signed:
    """The content of a signed link; the instants are seconds since 1970."""

    issued: int
    expires: int
    sha256: str


@dataclass(slots=True)
class _Write:
    """`outcome`: whether the bytes were written, or were there already, or the error."""

    path: Path
    pdf: bytes
    outcome: bool | OSError = field(default_factory=lambda: OSError(errno.EIO, "not written"))

    def stored(self) -> bytes:
        """What is stored now.

        Raises:
            OSError: nobody knows, or it can't be read.
        """
        if isinstance(self.outcome, OSError):
            raise self.outcome
        return self.pdf if self.outcome else self.path.read_bytes()


class FolderBucket:
    """`orders.ports.Bucket` below `root`; links are signed with `key` and relative to the API's address."""

    def __init__(self, root: Path, key: bytes) -> None:
        self._root = root
        self._key = key
        self._unfinished = root / UNFINISHED_FOLDER
        self._unfinished.mkdir(parents=True, exist_ok=True)
        self._waiting: deque[_Write] = deque()
        self._storing = threading.Lock()
        self._store = Together(self._store_waiting)

    def store_once(self, key: str, pdf: bytes, *, was_tried: bool = False) -> StoredReceipt:  # noqa: ARG002
        """As the port has it. All versions use the same keys."""
        write = _Write(self._root / key, pdf)
        self._waiting.append(write)
        self._store.join()
        try:
            stored = write.stored()
        except OSError as error:
            raise Unavailable(f"receipts folder: {error.strerror}") from error
        return StoredReceipt(key, hashlib.sha256(stored).hexdigest(), len(stored))

    def fetch(self, receipt: StoredReceipt) -> bytes:
        return self._read(receipt.key, receipt.sha256)

    def is_lost(self, receipt: StoredReceipt) -> bool:
        try:
            self._read(receipt.key, receipt.sha256)
        except ReceiptLost:
            return True
        return False

    def put_back(self, receipt: StoredReceipt, pdf: bytes) -> None:
        try:
            replace(self._root / receipt.key, pdf, self._folder_for_unfinished())
        except OSError as error:
            raise Unavailable(f"receipts folder: {error.strerror}") from error

    def link(self, receipt: StoredReceipt, now: datetime, lifetime: timedelta) -> SignedLink:
        """As the port has it. This compares the file's size with the receipt's; whoever opens the link, the bytes.

        Raises:
            ReceiptLost: the file is missing, or has another size than the receipt.
        """
        path = self._root / receipt.key
        with _kept(path):
            size = path.stat().st_size
        if size != receipt.size:
            raise _altered(path)
        issued = int(now.timestamp())
        expires = issued + int(lifetime.total_seconds())
        signature = self._sign(receipt.key, issued, expires, receipt.sha256)
        query = f"issued={issued}&expires={expires}&sha256={receipt.sha256}&signature={signature}"
        return SignedLink(f"{PREFIX}{quote(receipt.key)}?{query}", datetime.fromtimestamp(expires, UTC))

    def misses(self, key: str, size: int) -> bool:
        """Whether no file of this size has this key. The bytes are not read."""
        path = self._root / key
        return not path.is_file() or path.stat().st_size != size

    def opened_by(self, key: str, query: bytes, now: datetime) -> Path | None:
        """The file for a link's path and raw query; `None` if the link was altered or has expired.

        A link from the future is refused, too: after the clock was set back, it would work for too long.

        Raises:
            ReceiptLost: the file is missing, or is not the receipt that was stored.
        """
        signed = self._signed(key, query)
        if signed is None or not signed.issued <= now.timestamp() < signed.expires:
            return None
        self._read(key, signed.sha256)
        return self._root / key

    def has_expired(self, key: str, query: bytes, now: datetime) -> bool:
        """Whether these are the path and the raw query of an unaltered link that has expired."""
        signed = self._signed(key, query)
        return signed is not None and signed.expires <= now.timestamp()

    def _store_waiting(self) -> None:
        """When this returns, everything that waited before has its outcome, by this thread or another."""
        with self._storing:
            writes = [self._waiting.popleft() for _ in range(len(self._waiting))]
            outcomes = write_all_once([(write.path, write.pdf) for write in writes], self._folder_for_unfinished())
            for write, outcome in zip(writes, outcomes, strict=True):
                write.outcome = outcome

    def _folder_for_unfinished(self) -> Path:
        """Made again if somebody has removed it. In a bucket without receipts it is not: its disk may be gone."""
        if not self._unfinished.exists() and (self._root / "receipts").is_dir():
            with suppress(OSError):  # whoever writes to it meets the same error
                self._unfinished.mkdir(exist_ok=True)
        return self._unfinished

    def _signed(self, key: str, query: bytes) -> "_Signed | None":
        """The content of the link, or None if this bucket did not sign it."""
        match = _QUERY.fullmatch(query)
        if match is None:
            return None
        signed = _Signed(int(match[1]), int(match[2]), match[3].decode())
        genuine = self._sign(key, signed.issued, signed.expires, signed.sha256)
        return signed if hmac.compare_digest(genuine.encode(), match[4]) else None

    def _sign(self, key: str, issued: int, expires: int, sha256: str) -> str:
        return hmac.new(self._key, f"{issued}\n{expires}\n{sha256}\n{key}".encode(), hashlib.sha256).hexdigest()

    def _read(self, key: str, sha256: str) -> bytes:
        """The bytes of the receipt, after a check that they are the ones that were stored."""
        path = self._root / key
        with _kept(path):
            kept = path.read_bytes()
        if hashlib.sha256(kept).hexdigest() != sha256:
            raise _altered(path)
        return kept


@contextmanager
def _kept(path: Path) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ReceiptLost(f"{path} is missing") from error
    except OSError as error:
        raise Misconfigured(f"{path} can't be read ({error.strerror}): look at its disk") from error


def _altered(path: Path) -> ReceiptLost:
    return ReceiptLost(f"{path} is not the receipt that was issued")
