"""Draws forty receipts as pictures, one picture of them all, and the receipt of the README's order: `make gallery`."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from orders.order import validation
from orders.order.order import Order
from orders.receipt import renderer
from orders.shop import shop
from orders.shop.shop import Shop

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
EXAMPLES = ROOT / "examples"
PICTURES = ROOT / "build" / "gallery"
OVERVIEW = ROOT / "docs" / "receipts.png"
FIRST = ROOT / "docs" / "receipt.png"
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
API = "https://casaluna.example/"
DOTS_PER_INCH = 110

Example = tuple[str, dict[str, Any], Shop]
"""The picture's name, the order, and the shop."""


def examples() -> Iterator[Example]:
    """The orders of `receipts.jsonl`, all of one shop, and those of `gallery.jsonl`, each of a shop of its own."""
    casa_luna = shop.read(EXAMPLES / "shop" / "shop.toml")
    yield from ((order["orderId"], order, casa_luna) for order in _lines("receipts.jsonl"))
    for line in _lines("gallery.jsonl"):
        yield line["name"], line["order"], shop.of(line["shop"], EXAMPLES)


def _lines(file: str) -> Iterator[Any]:
    return map(json.loads, EXAMPLES.joinpath(file).read_text(encoding="utf-8").splitlines())


def draw(name: str, order: dict[str, Any], its_shop: Shop) -> Path:
    """All pages as pictures; the path of the first."""
    row = Order.received(validation.parse(order), receipt_token="", at=AT, api_url=API)
    pages = renderer.pictures(row, its_shop, DOTS_PER_INCH)
    files = [PICTURES / f"{name}{f'~{number}' if len(pages) > 1 else ''}.png" for number in range(1, len(pages) + 1)]
    for file, page in zip(files, pages, strict=True):
        file.write_bytes(page)
    return files[0]


def draw_overview(first_pages: list[Path]) -> None:
    pictures = json.dumps([f"/{file.relative_to(ROOT).as_posix()}" for file in first_pages])
    page = Path(__file__).with_suffix(".typ")
    typst.compile(page, output=OVERVIEW, root=ROOT, format="png", ppi=72, sys_inputs={"pictures": pictures})


def first_order() -> dict[str, Any]:
    """The order that the README posts with curl."""
    (posted,) = re.findall(r"-d '(\{.*?\n\})'", README.read_text(encoding="utf-8"), re.S)
    order: dict[str, Any] = json.loads(posted)
    return order


if __name__ == "__main__":
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    draw_overview([draw(*example) for example in examples()])
    shutil.copyfile(draw("readme", first_order(), shop.read(EXAMPLES / "shop" / "shop.toml")), FIRST)
