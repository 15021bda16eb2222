"""What an order's document is called."""

import pytest
from tests.support.examples import ALICE, BASKET

from orders.order import validation
from orders.shop.shop import Shop
from orders.shop.title import Kind, kind_of


def paid(*amounts: str) -> dict[str, object]:
    return BASKET | {"payments": [{"method": "card", "amount": amount} for amount in amounts]}


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        (paid("101.07"), Kind.RECEIPT),
        (paid("50.00", "51.07"), Kind.RECEIPT),
        (paid("120.00"), Kind.RECEIPT),
        (paid("101.06"), Kind.INVOICE),
        (paid("50.00"), Kind.INVOICE),
    ],
)
@pytest.mark.parametrize("title", ["receipt", "invoice"])
def test_the_payments_decide(order: dict[str, object], kind: Kind, title: str):
    assert kind_of(validation.parse(order), Shop(title=title)) is kind


@pytest.mark.parametrize("order", [ALICE, BASKET])
def test_without_payments_the_shop_decides(order: dict[str, object]):
    posted = validation.parse(order)

    assert kind_of(posted, Shop()) is Kind.RECEIPT
    assert kind_of(posted, Shop(title="invoice")) is Kind.INVOICE
