"""What customers' browsers get while the table is away, and what a page shows of the shop."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.examples import ALICE
from tests.support.fakes import World

from orders.api.http import Answer
from orders.api.pages import layout, speech
from orders.functions import get_receipt
from orders.order import validation
from orders.order.errors import Unavailable
from orders.order.order import Order
from orders.shop import shop
from orders.shop.shop import Shop
from orders.use_cases import receive

BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "de"}


class Away:
    """A table that does not answer."""

    def __getattr__(self, name: str) -> Any:
        raise Unavailable("the table did not answer")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(get_receipt, "outside", world.outside)
    return world


def called(order_id: str, token: str, headers: dict[str, str]) -> dict[str, Any]:
    path = f"/receipt/{order_id}/{token}"
    return get_receipt.handler(
        {
            "resource": "/receipt/{orderId}/{receiptToken}",
            "path": path,
            "httpMethod": "GET",
            "headers": headers | {"Host": "shop.example"},
            "pathParameters": {"orderId": order_id, "receiptToken": token},
            "requestContext": {"path": path},
        },
        None,
    )


def accept(world: World, **fields: str) -> Order:
    return receive.accept(validation.parse(ALICE | fields), world.outside).order


def page(shop_of_page: Shop, monkeypatch: pytest.MonkeyPatch) -> Answer:
    monkeypatch.setattr(shop, "configured", lambda: shop_of_page)
    return layout.answer(200, speech.of([]), "Title", "<h1>Title</h1>")


def test_an_outage_is_a_page_with_the_status_and_the_patience_of_the_answer_in_json(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(get_receipt, "outside", type("Outside", (), {"table": Away()})())
    shown, told = called("12345", "token", BROWSER), called("12345", "token", {"Accept": "*/*"})

    assert shown["statusCode"] == told["statusCode"] == 503
    assert shown["headers"]["Retry-After"] == told["headers"]["Retry-After"]
    assert speech.of(["de"]).pages["unavailable"] in shown["body"]
    assert speech.of(["de"]).pages["try_again"] in shown["body"]
    assert json.loads(told["body"])["type"] == "urn:orders:problem:unavailable"


def test_a_pending_receipt_has_the_same_answer_in_two_forms(world: World):
    order = accept(world, locale="ja")
    shown, told = (called(order.order_id, order.receipt_token, headers) for headers in (BROWSER, {}))

    assert shown["statusCode"] == told["statusCode"] == 202
    assert shown["headers"]["Retry-After"] == told["headers"]["Retry-After"]
    assert '<html lang="ja"' in shown["body"]
    assert json.loads(told["body"]) == {"orderId": order.order_id, "status": "RECEIVED"}


def test_what_a_shop_is_called_is_text(monkeypatch: pytest.MonkeyPatch):
    shown = page(Shop(name="<script>1</script> & Co", phone="<b>1</b>", web='x" onclick="y'), monkeypatch)

    assert isinstance(shown.body, str)
    assert "<script>" not in shown.body
    assert "<b>" not in shown.body
    assert 'onclick="' not in shown.body
    assert "script-src" not in shown.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("web", "link"),
    [
        ("http://[casa", "http://[casa"),
        ("//[casa", None),
        ("casaluna.example", "https://casaluna.example"),
        ("casaluna.example/shop?x=1&y", "https://casaluna.example/shop?x=1&amp;y"),
        ("http://casaluna.example", "http://casaluna.example"),
        ("javascript:alert(1)", None),
        ("Come by on Monday.", None),
    ],
)
def test_only_an_address_on_the_web_is_a_link(web: str, link: str | None, monkeypatch: pytest.MonkeyPatch):
    shown = str(page(Shop(web=web), monkeypatch).body)

    assert (f'<a href="{link}"' in shown) if link else ("<a" not in shown)


@pytest.mark.parametrize(("size", "is_shown"), [(100, True), (layout.MOST_LOGO_BYTES + 1, False)])
def test_a_large_logo_is_left_out(size: int, is_shown: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"x" * size)
    shown = page(Shop(name="Casa Luna", logo=logo), monkeypatch)

    assert ("<img" in str(shown.body)) is is_shown
    assert ("img-src data:" in shown.headers["Content-Security-Policy"]) is is_shown


def test_a_shop_without_a_name_has_a_page_without_one(monkeypatch: pytest.MonkeyPatch):
    shown = str(page(Shop(), monkeypatch).body)

    assert "<header" not in shown
    assert "<footer" not in shown
    assert "<title>Title</title>" in shown
