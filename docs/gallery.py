"""Draws one picture of all example receipts, and the receipt of the README's order, for `make gallery`."""

import json
import os
import re
import shutil
from pathlib import Path

import typst

from orders.cli import app

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
ORDERS = ROOT / "examples" / "receipts.jsonl"
PICTURES = ROOT / "build" / "gallery"
OVERVIEW = ROOT / "docs" / "receipts.png"
FIRST = ROOT / "docs" / "receipt.png"


def first_page(order_id: str) -> str:
    """The picture of an order's first page: its path in the project's folder, as typst needs it."""
    numbered = PICTURES / f"{order_id}~1.png"
    picture = numbered if numbered.exists() else PICTURES / f"{order_id}.png"
    return f"/{picture.relative_to(ROOT).as_posix()}"


def draw_overview() -> None:
    orders = [json.loads(line) for line in ORDERS.read_text(encoding="utf-8").splitlines()]
    pictures = json.dumps([first_page(order["orderId"]) for order in orders])
    page = Path(__file__).with_suffix(".typ")
    typst.compile(page, output=OVERVIEW, root=ROOT, format="png", ppi=72, sys_inputs={"pictures": pictures})


def first_order() -> dict[str, object]:
    """The order that the README posts with curl."""
    (posted,) = re.findall(r"-d '(\{.*?\n\})'", README.read_text(encoding="utf-8"), re.S)
    order: dict[str, object] = json.loads(posted)
    return order


def draw_first() -> None:
    folder = ROOT / "build" / "first"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "order.jsonl").write_text(json.dumps(first_order()), encoding="utf-8")
    os.environ["ORDERS_RECEIPT"] = str(ROOT / "examples" / "shop" / "shop.toml")
    app.run(["receipt", "preview", str(folder / "order.jsonl"), "--out", str(folder)])
    shutil.copyfile(folder / "12345.png", FIRST)


if __name__ == "__main__":
    draw_overview()
    draw_first()
