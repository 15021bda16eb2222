"""Orders by chance: any letters of Unicode, any amounts, as the schema allows them."""

import random
import sys
from collections.abc import Iterator
from typing import Any

from orders.order import money, validation
from orders.order.errors import InvalidOrder
from orders.order.posted import PostedOrder

SCRIPTS = [
    (0x20, 0x7F), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x400), (0x400, 0x530), (0x590, 0x600), (0x600, 0x780),
    (0x900, 0x980), (0x980, 0xA00), (0xB80, 0xC00), (0xE00, 0xE80), (0x1100, 0x1200), (0x2000, 0x2070),
    (0x20A0, 0x20D0), (0x3000, 0x3100), (0x4E00, 0x9FFF), (0xAC00, 0xD7A4), (0xE000, 0xE100), (0xFB1D, 0xFE10),
    (0xFF00, 0x10000), (0x1F1E6, 0x1F200), (0x1F300, 0x1F700), (0x0, sys.maxunicode + 1),
]  # fmt: skip
LOCALES = ["en", "es", "fr", "de", "pt", "ja", "ar", "de-CH", "pt-PT", "en-IN", "zh-Hant-TW", "it", "ar-EG", "xx"]


def orders(seed: int) -> Iterator[PostedOrder]:
    """Accepted orders without end; the same seed gives the same ones."""
    chance = random.Random(seed)
    while True:
        try:
            yield validation.parse(document(chance))
        except InvalidOrder:
            continue


def document(chance: random.Random) -> dict[str, Any]:
    currency = chance.choice(sorted(money.DECIMALS))
    optional = {
        "note": text(chance, 1000 if chance.random() < 0.1 else 60) if chance.random() < 0.3 else None,
        "locale": chance.choice(LOCALES) if chance.random() < 0.7 else None,
        "currency": currency,
        "items": [item(chance, currency) for _ in range(chance.choice([0, 0, 1, 2, 3, 8]))],
        **(novelties(chance) if chance.random() < 0.5 else {}),
    }
    return {
        "orderId": "".join(chance.choices("abcXYZ019._-", k=chance.choice([1, 8, 64]))),
        "customerName": text(chance, 200 if chance.random() < 0.1 else 24),
    } | {name: value for name, value in optional.items() if value is not None}


def novelties(chance: random.Random) -> dict[str, Any]:
    """What an order may say since schema version 4."""
    address = {"lines": [text(chance, 30)], "city": text(chance, 20), "postalCode": "12345", "country": "US"}
    return {
        "orderNumber": text(chance, 40),
        "placedAt": "2026-11-20T18:42:10+01:00",
        "customerCompany": text(chance, 60),
        "customerReference": text(chance, 20),
        "customerAddress": address,
        "deliveryAddress": address | {"name": text(chance, 40)},
        "pricesIncludeTax": chance.random() < 0.5,
        "charges": [
            {"kind": "fee", "name": text(chance, 40), "amount": "7", "taxRate": "5", "taxName": text(chance, 12)}
        ],
        "payments": [{"method": "card", "label": text(chance, 20), "last4": "4242", "amount": "3"}],
        "taxExemptionReason": text(chance, 60),
    }


def item(chance: random.Random, currency: str) -> dict[str, Any]:
    decimals = money.DECIMALS[currency]
    whole = chance.randrange(10 ** chance.choice([1, 3, 12]))
    price = f"{whole}.{chance.randrange(10**decimals):0{decimals}}" if decimals else str(whole)
    rate = chance.choice([None, "0", "5.5", "7.7", "19", "20", "99.999", "100"])
    fields = {
        "name": text(chance, 40),
        "quantity": chance.choice([1, 2, 7, 1000, 1_000_000]),
        "unitPrice": price,
        "taxRate": rate,
        "sku": text(chance, 12) if chance.random() < 0.3 else None,
        **(novelties_of_an_item(chance) if chance.random() < 0.2 else {}),
    }
    return {name: value for name, value in fields.items() if value is not None}


def novelties_of_an_item(chance: random.Random) -> dict[str, Any]:
    return {
        "description": text(chance, 60),
        "quantity": chance.choice(["0.25", "1234.123456", -2]),
        "unit": text(chance, 8)[:12],
        "discount": {"percent": "12.5", "name": text(chance, 20)},
        "taxes": [{"name": text(chance, 12), "rate": "5"}, {"name": "x", "rate": "9.975", "compound": True}],
        "taxRate": None,
    }


def text(chance: random.Random, longest: int) -> str:
    """A text of one to three scripts."""
    letters: list[str] = []
    for low, high in chance.sample(SCRIPTS, chance.randint(1, 3)):
        letters += (chr(chance.randrange(low, high)) for _ in range(chance.randint(1, max(1, longest // 3))))
    return "".join(letters)
