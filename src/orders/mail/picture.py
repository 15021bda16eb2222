"""The shop's logo as a picture inside the message, so that a mail program loads nothing from elsewhere.

Mail programs show no SVG. Instead of an SVG logo, the e-mail has the shop's name.
"""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

from orders.order.errors import Misconfigured

_WIDEST, _TALLEST = 200, 56
"""In pixels of a page."""
_KINDS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"}
_PNG = b"\x89PNG\r\n\x1a\n"
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of JPEG that begin a frame, which has the picture's size (ITU-T T.81, table B.1)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`subtype` is that of `image/`, `width` and `height` are those on the page."""

    content: bytes
    subtype: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """Depends on the content alone: two pictures never have the same name."""
        return f"logo-{hashlib.sha256(self.content).hexdigest()[:16]}"


def of(logo: Path | None) -> Picture | None:
    """The logo, or None if there is none that mail programs show.

    Raises:
        Misconfigured: it can't be read.
    """
    if logo is None or logo.suffix.lower() not in _KINDS:
        return None
    try:
        content = logo.read_bytes()
    except OSError as error:
        raise Misconfigured(f"logo: {logo} can't be read: {error.strerror}") from None
    size = _size(content)
    return Picture(content, _KINDS[logo.suffix.lower()], *_fitted(*size)) if size else None


def _fitted(width: int, height: int) -> tuple[int, int]:
    """At most as wide and as tall as a logo may be, and never larger than it is."""
    scale = min(1, _WIDEST / width, _TALLEST / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, or None if the bytes are no such picture."""
    try:
        width, height = struct.unpack_from(">II", content, 16) if content.startswith(_PNG) else _of_jpeg(content)
    except (struct.error, IndexError):
        return None
    return (width, height) if width and height else None


def _of_jpeg(content: bytes) -> tuple[int, int]:
    """The size in the first frame: the segments before it are skipped."""
    at = 2
    while content[at] == 0xFF and content[at + 1] not in _SIZES:
        at += 2 + struct.unpack_from(">H", content, at + 2)[0]
    if content[at] != 0xFF:
        raise IndexError
    height, width = struct.unpack_from(">HH", content, at + 5)
    return width, height
