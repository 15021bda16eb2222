"""HEAD works wherever GET does: with the same status and the same headers, and without a body."""

from typing import Any

import pytest
from tests.support.api import Api, Reply

BROWSER = "text/html,*/*;q=0.8"
PATHS = (
    "/orders/{id}",
    "/orders/nobody",
    "/receipt/{id}",
    "/receipt/nobody",
    "/receipt/nobody/no-such-token",
    "/receipt/{id}/verification",
    "/receipt/{id}/verification?sha256=" + "0" * 64,
    "/operations/orders?q={id}",
    "/operations/orders?limit=0",
    "/operations/orders/{id}",
    "/operations/orders/{id}/receipt",
    "/operations/orders.csv?q={id}",
    "/openapi.json",
    "/docs",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_head_gets_the_headers_of_get(api: Api, alice: dict[str, Any], path: str, accept: str):
    api.post_order(alice)
    api.signed_link(alice["orderId"])
    there = path.format(id=alice["orderId"])
    get, head = api.get(there, Accept=accept), api.request("HEAD", there, Accept=accept)

    assert (head.status, head.content) == (get.status, b"")
    assert described(head) == described(get)
    assert api.get(there, Accept=accept).status == get.status  # nothing was left on the connection


def test_a_program_learns_by_head_whether_the_receipt_is_there(api: Api, alice: dict[str, Any]):
    receipt_url = api.post_order(alice).body["receiptUrl"]
    api.signed_link(alice["orderId"])

    assert api.request("HEAD", receipt_url).status == 303
    assert api.request("HEAD", f"{receipt_url}x").status == 404


@pytest.mark.parametrize("path", ["/orders", "/operations/orders/1/retry"])
def test_a_path_without_get_has_no_head(api: Api, path: str):
    assert api.request("HEAD", path).status == 405


def described(reply: Reply) -> dict[str, str]:
    """The headers that do not name the one request."""
    return {
        name.lower(): value for name, value in reply.headers.items() if not name.lower().startswith(("date", "x-am"))
    }
