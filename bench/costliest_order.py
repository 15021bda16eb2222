"""Searches for the order that takes longest to draw, within the limits of an order; prints a table.

Hypothesis makes up short texts of letters, marks and signs that show nothing, in every script, and climbs towards the
texts that cost most. Each is repeated until the order is as large as an order may be. The figures are seconds of
processor time for one receipt, in a process that has made others. The worst ones of earlier searches come first.
"""

import time
import unicodedata

from hypothesis import HealthCheck, Phase, given, settings, target
from hypothesis import strategies as st
from report import row as line
from report import tell
from tests.receipts.costly import COSTLY, largest
from tests.support.examples import NINE

from orders.order import validation
from orders.order.errors import InvalidOrder
from orders.order.order import Order
from orders.receipt import renderer
from orders.receipt.clusters import INVISIBLE, is_mark
from orders.receipt.typefaces import having
from orders.shop.shop import Shop

TRIES = 300
SHOWN = 5
POINTS = [point for point in range(0x20, 0x40000) if having(point) and unicodedata.category(chr(point))[0] != "C"]
MARKS = [point for point in POINTS if is_mark(chr(point))]
SHOW_NOTHING = [point for point in range(0x20, 0xE0200) if INVISIBLE.match(chr(point))]
COMMON = [ord(letter) for letter in " -/a1\u00a0"]

letters = st.one_of(*(st.sampled_from(points).map(chr) for points in (POINTS, MARKS, SHOW_NOTHING, COMMON)))
units = st.lists(letters, min_size=1, max_size=10).map("".join)


def seconds(unit: str) -> float:
    """Seconds that the largest order of this text takes; 0 if no order may contain it."""
    try:
        order = validation.parse(largest(unit))
    except InvalidOrder:
        return 0.0
    row = Order.received(order, "token", NINE, "https://orders.example/")
    begin = time.process_time()
    renderer.pdf(row, Shop())
    return time.process_time() - begin


def searched() -> dict[str, float]:
    found: dict[str, float] = {}

    @settings(max_examples=TRIES, deadline=None, database=None, phases=[Phase.generate, Phase.target],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(units)
    def search(unit: str) -> None:
        found[unit] = seconds(unit)
        target(found[unit])
        if len(found) % 50 == 0:
            tell(f"{len(found)} orders drawn; the costliest takes {max(found.values()):.2f} s")

    search()
    return found


def table(title: str, costs: dict[str, float]) -> list[str]:
    worst = sorted(costs.items(), key=lambda cost: cost[1], reverse=True)[:SHOWN]
    return [line(title, "CPU s"), *(line(f"  {ascii(unit)[1:-1]}", f"{cost:.2f}") for unit, cost in worst)]


def main() -> None:
    seconds("a")
    print("\n".join(table("The largest order of plain letters", {"a": seconds("a")})), flush=True)
    print("\n".join(table("The costliest known texts", {unit: seconds(unit) for unit in COSTLY})), flush=True)
    print("\n".join(table(f"The costliest that a search in {TRIES} finds", searched())), flush=True)


if __name__ == "__main__":
    main()
