"""Receipts of orders that one remembers, and what can be read in them."""

import io
import struct
import subprocess
import zlib
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
from tests.support.examples import NINE

from orders import receipt
from orders.order import validation
from orders.order.order import Order

ROOT = Path(__file__).parent.parent.parent
API = "https://orders.example/prod/"


def row_of(order: dict[str, Any], at: datetime = NINE) -> Order:
    return Order.received(validation.parse(order), "token", at, API)


def receipt_of(order: dict[str, Any]) -> bytes:
    return receipt.render(row_of(order))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@dataclass(frozen=True)
class Word:
    """A word as it is printed: on which page of which size, and where (points, from its upper left corner)."""

    page: int
    width: float
    height: float
    text: str
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: "Word") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return self.page == other.page and across > 1 and down > (self.bottom - self.top) / 2


def words_of(pdf: bytes) -> list[Word]:
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = ElementTree.fromstring(done.stdout).iter("{http://www.w3.org/1999/xhtml}page")
    return [
        Word(
            number,
            float(page.attrib["width"]),
            float(page.attrib["height"]),
            word.text or "",
            *(float(word.attrib[side]) for side in ("xMin", "yMin", "xMax", "yMax")),
        )
        for number, page in enumerate(pages)
        for word in page
    ]


def misplaced(pdf: bytes) -> list[str]:
    """Words that are printed one over another, or outside the margins (22 mm at the sides)."""
    words = words_of(pdf)
    outside = [
        word.text for word in words if word.left < 61 or word.right > word.width - 61 or word.bottom > word.height - 25
    ]
    return outside + [f"{one.text} / {two.text}" for one, two in combinations(words, 2) if one.covers(two)]


def png(width: int, height: int) -> bytes:
    """A white picture."""
    header, rows = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0), (b"\0" + b"\xff" * width) * height
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
