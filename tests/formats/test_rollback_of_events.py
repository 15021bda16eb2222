"""The version before the event feed goes on with a folder that has one, and none of what it does is lost to the feed.

It knows nothing of events. The triggers that this version left in the file write them.
"""

import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from tests.formats.record import serving_code, unpack_code
from tests.formats.test_rollback import made, refunded
from tests.support.api import Api
from tests.support.command import run
from tests.support.endpoints import endpoints_in
from tests.support.examples import BASKET, ROOT
from tests.support.proof import wait_until_all_are_completed
from tests.support.receivers import Receiver, receiving
from tests.support.servers import serving

from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.clock import utc_now
from orders.order.order import Order

BEFORE_EVENTS = "6eba56f"
"""The last commit that knows no events."""
HAS_THE_COMMIT = not subprocess.run(
    ["git", "cat-file", "-e", BEFORE_EVENTS], cwd=ROOT, capture_output=True, check=False
).returncode
ORDER = ["order.received", "order.completed"]
REFUND = ["refund.received", "refund.completed"]


@pytest.mark.skipif(not HAS_THE_COMMIT, reason="the repository does not have the version before")
def test_what_the_version_before_does_is_in_the_feed_once_and_in_order_and_is_delivered_after_an_update(tmp_path: Path):
    code, data, receiver = tmp_path / "code", tmp_path / "data", Receiver()
    unpack_code(BEFORE_EVENTS, code)
    with receiving(receiver):
        with serving(data) as address, endpoints_in(data) as endpoints:
            receiver.secret = endpoints.add(receiver.url).secret
            made(Api(address), "before")
            receiver.wait(lambda: len(receiver.got) == 2)
            cursor = Api(address).get("/events").body["cursor"]
        received(data, "pending")
        with serving_code(code, data, {}, kill=True) as api:
            assert api.get("/events").status == 404, "this version has a feed"
            wait_until_all_are_completed(api)
            made(api, "meanwhile-1", "meanwhile-2")
            refunded(api, "before")
        with serving(data) as address:
            api = Api(address)
            made(api, "after")
            wait_until_all_are_completed(api)
            receiver.wait(lambda: len(set(receiver.ids)) == 12)
            events, behind = (api.get(f"/events{query}").body["events"] for query in ("", f"?after={cursor}"))
    checked = run(("check", "--data", data), "", {}, tmp_path)

    assert behind == events[2:]
    assert [each["id"] for each in events] == sorted({each["id"] for each in events})
    told = dict[str, list[str]]()
    for each in events:
        told.setdefault(each["data"].get("document", {}).get("id", each["data"]["orderId"]), []).append(each["type"])
    assert told == {**dict.fromkeys(["before", "pending", "meanwhile-1", "meanwhile-2", "after"], ORDER), "r-1": REFUND}
    for each in events:
        assert ("receipt" in each["data"]) == each["type"].endswith(".completed")
        assert each["data"]["currency"] == "EUR"
    assert sorted(set(receiver.ids)) == [each["id"] for each in events]
    assert receiver.unsigned == 0
    assert (checked.code, checked.stdout.splitlines()[-1]) == (0, "Nothing is missing or damaged.")


def received(data: Path, order_id: str) -> None:
    """An order that the server accepted just before it ended."""
    with closing(SqliteTable(data / "orders.db")) as table:
        table.create(
            Order.received(validation.parse(BASKET | {"orderId": order_id}), f"token-of-{order_id}", utc_now())
        )
