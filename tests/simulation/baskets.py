"""Orders from which the simulated customers give something back: with discounts, charges, taxes and odd cents."""

from typing import Any

FIRST_BASKET = 1_000
"""The number of the first among all goods."""


def _item(quantity: int, price: str, **more: Any) -> dict[str, Any]:
    return {"name": "Mug", "quantity": quantity, "unitPrice": price, **more}


_SHIPPING = {"kind": "shipping", "name": "Shipping", "amount": "4.99"}
BASKETS: tuple[dict[str, Any], ...] = (
    {
        "currency": "EUR",
        "pricesIncludeTax": True,
        "items": [_item(3, "3.33", taxRate="19"), _item(1, "10.01", taxRate="7")],
        "discounts": [{"name": "Voucher", "percent": "10"}],
        "charges": [_SHIPPING | {"taxRate": "19"}],
    },
    {
        "currency": "CAD",
        "items": [
            _item(2, "9.99", taxes=[{"name": "GST", "rate": "5"}, {"name": "QST", "rate": "9.975"}]),
            _item(3, "0.35", taxes=[{"name": "GST", "rate": "5"}]),
        ],
        "discounts": [{"name": "Voucher", "amount": "1.00"}],
    },
    {"currency": "JPY", "pricesIncludeTax": True, "items": [_item(3, "101", taxRate="10"), _item(1, "7", taxRate="8")]},
    {
        "currency": "CHF",
        "items": [_item(3, "6.67", taxRate="8.1"), _item(3, "1.11", taxRate="2.6")],
        "charges": [_SHIPPING | {"taxRate": "8.1"}],
        "rounding": "0.02",
    },
    {"currency": "EUR", "items": [_item(1, "10.00"), _item(2, "0.05")], "charges": [_SHIPPING]},
)
