"""What numbers add to the cost of an order: for it, the same orders are played with a shop that has numbers."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cost.bill import Biller, added
from cost.functions import Functions
from cost.life import play
from orders.shop import shop

SHOP = '[numbers]\nreceipt = "R{year}-{number:06}"\n'


def dollars(biller: Biller, functions: Functions, cases: Mapping[str, int]) -> dict[str, float]:
    """For 1,000 orders, by case. The time that the functions wait for the table meanwhile is not in it.

    The first order of a series is left out: it adds the series to the register.
    """
    without = {case: _dollars(biller, functions, orders) for case, orders in cases.items()}
    with _issued():
        play(functions, 1)
        return {case: _dollars(biller, functions, orders) - without[case] for case, orders in cases.items()}


def _dollars(biller: Biller, functions: Functions, orders: int) -> float:
    return biller.prices.dollars(added(*(line.units for line in biller.lines(play(functions, orders)))))


@contextmanager
def _issued() -> Iterator[None]:
    """The shop of this process has numbers."""
    before = os.environ.get("ORDERS_RECEIPT")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shop.toml"
        file.write_text(SHOP, encoding="utf-8")
        _use(str(file))
        try:
            yield
        finally:
            _use(before)


def _use(file: str | None) -> None:
    os.environ.pop("ORDERS_RECEIPT", None)
    if file is not None:
        os.environ["ORDERS_RECEIPT"] = file
    shop.configured.cache_clear()
