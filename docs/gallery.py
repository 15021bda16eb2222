"""`make gallery`, its second half: one picture of all the example receipts, by their first pages."""

import json
from pathlib import Path

import typst

ROOT = Path(__file__).parent.parent
ORDERS = ROOT / "examples" / "receipts.jsonl"
PICTURES = ROOT / "build" / "gallery"
OVERVIEW = ROOT / "docs" / "receipts.png"


def first_page(order_id: str) -> str:
    """The picture of an order's first page, as the typesetter names it: from the project's folder."""
    numbered = PICTURES / f"{order_id}~1.png"
    picture = numbered if numbered.exists() else PICTURES / f"{order_id}.png"
    return f"/{picture.relative_to(ROOT).as_posix()}"


def main() -> None:
    orders = [json.loads(line) for line in ORDERS.read_text(encoding="utf-8").splitlines()]
    pictures = json.dumps([first_page(order["orderId"]) for order in orders])
    page = Path(__file__).with_suffix(".typ")
    typst.compile(page, output=OVERVIEW, root=ROOT, format="png", ppi=72, sys_inputs={"pictures": pictures})


if __name__ == "__main__":
    main()
