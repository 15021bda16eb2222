"""Orders whose receipts take long to draw: they are completed, and keep no other order waiting."""

from pathlib import Path

from tests.support.api import Api
from tests.support.examples import ALICE
from tests.support.groups import ALONE
from tests.support.servers import serving

pytestmark = ALONE
IMPATIENT = str(Path(__file__).with_name("impatient"))
"""On the path of a server, it leaves the first try 0.03 s of processor time: enough without items, not with 500."""


def slow(order: int) -> dict[str, object]:
    """No two items are alike: the typesetter would remember the first."""
    items = [{"name": f"Cup {order}-{number}", "quantity": 1, "unitPrice": "1"} for number in range(500)]
    return {"orderId": f"slow-{order}", "customerName": "Alice", "currency": "EUR", "items": items}


SLOW = [slow(number) for number in range(10)]


def test_an_order_that_comes_after_slow_ones_is_completed_before_the_last_of_them(tmp_path: Path):
    with serving(tmp_path, PYTHONPATH=IMPATIENT) as address:
        api = Api(address)
        for order in [*SLOW, ALICE]:
            assert api.post_order(order).status == 202
        for order in [ALICE, *SLOW]:
            assert api.receipt(order["orderId"]).startswith(b"%PDF-")
        alice = api.get(f"/orders/{ALICE['orderId']}").body
        shown = [api.get(f"/orders/{order['orderId']}").body for order in SLOW]

    assert alice["completedAt"] < max(order["completedAt"] for order in shown)
    assert [line["what"] for line in alice["history"]] == ["received", "completed"]
    for order in shown:
        assert [line["what"].partition(":")[0] for line in order["history"]] == [
            "received",
            "attempt failed",
            "completed",
        ]
        assert "takes too long to draw" in order["history"][1]["what"]
