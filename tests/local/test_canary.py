"""A customer's name and address stand in the row, the receipt and the answers, and nowhere else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.support.api import Api, Reply
from tests.support.servers import serving

CANARY = re.compile("canary", re.IGNORECASE)
NAME = "Canary Bird"
ORDER: dict[str, Any] = {"orderId": "1", "customerName": NAME, "customerEmail": "canary@example.com"}
MAY_HAVE_IT = ("orders.db", "bucket/receipts/", "outbox/")


def everything(api: Api) -> list[Reply]:
    """All that a shop, its customer, an operator and a stranger may do with an order, well or badly."""
    posted = [
        api.post_order(ORDER),
        api.post_order(ORDER),
        api.post_order(ORDER | {"note": "another"}),
        api.post_order(ORDER | {"orderId": "2", "customerName": f"{NAME}\x00"}),
        api.post_order(ORDER | {"orderId": "2", "customerEmail": "canary@"}),
        api.post_order(ORDER | {"orderId": "2", NAME: NAME}),
        api.post(json.dumps(ORDER)[:-1]),
        api.post(json.dumps(ORDER), NAME),
        api.post_order({"customerName": NAME}, Idempotency_Key=NAME),
    ]
    api.receipt("1")
    paths = [
        "/orders/1", "/receipt/1", "/receipt/1/Canary%20Bird", "/orders/Canary%20Bird", "/Canary",
        "/receipt/1/verification?sha256=Canary", "/operations/orders?q=Canary", "/operations/orders?canary=1",
        "/operations/orders?status=Canary", "/operations/orders?cursor=Canary", "/operations/orders.csv?q=canary",
        "/operations/summary", "/operations/orders/1", "/files/receipts/Canary",
    ]  # fmt: skip
    acts = [api.request("POST", f"/operations/orders/{path}") for path in ("1/retry", "1/cancel", "Canary/cancel")]
    return [*posted, *map(api.get, paths), *acts]


def test_no_name_and_no_address_leaves_the_row_the_receipt_and_the_answers(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    with serving(tmp_path) as address:
        replies = everything(Api(address))

    assert not CANARY.search("".join(capfd.readouterr()))
    for reply in replies:
        assert not CANARY.search(str(reply.headers))
    for file in filter(Path.is_file, tmp_path.rglob("*")):
        place = file.relative_to(tmp_path).as_posix()
        assert not CANARY.search(place)
        assert place.startswith(MAY_HAVE_IT) or not CANARY.search(file.read_bytes().decode(errors="replace"))


def test_a_refusal_does_not_repeat_what_was_sent(tmp_path: Path):
    with serving(tmp_path) as address:
        refused = [reply for reply in everything(Api(address)) if reply.status >= 400]

    assert len(refused) > 10
    for reply in refused:
        assert not CANARY.search(reply.content.decode().replace(f"#/{NAME}", ""))
