"""What the receipt says of the buyer, beside the name: company, addresses, tax id and reference."""

from collections.abc import Iterator
from typing import Any

from orders.order.parts import Address
from orders.order.posted import PostedOrder
from orders.receipt.writing import Writing
from orders.shop.language import Language

_A_LINE = 20
"""So many of the widest letters fit."""
_CITIES = {
    "US": "{city}, {region} {code}", "CA": "{city} {region} {code}", "AU": "{city} {region} {code}",
    "NZ": "{city} {code}", "IN": "{city} {code}", "GB": "{city}\n{code}", "IE": "{city}\n{region}\n{code}",
    "BR": "{city} - {region}\n{code}", "JP": "〒{code}\n{region}{city}", "IT": "{code} {city} {region}",
}  # fmt: skip
_CITY_ELSEWHERE = "{code} {city}\n{region}"
"""How city, region and postal code are usually written in a country."""
_CITY_BEFORE_STREET = frozenset({"JP"})


def of(posted: PostedOrder, speech: Language, writing: Writing) -> dict[str, Any]:
    """`None` for what the order does not say."""
    delivery = posted.delivery_address
    return {
        "lines": [writing.breakable(line, _A_LINE) for line in _lines(posted, speech)],
        "taxId": writing.breakable(posted.customer_tax_id, _A_LINE) if posted.customer_tax_id else None,
        "reference": writing.breakable(posted.customer_reference, _A_LINE) if posted.customer_reference else None,
        "delivery": [
            writing.breakable(line, _A_LINE)
            for line in (filter(None, [delivery.name, *_address(delivery, speech)]) if delivery else ())
        ],
    }


def _lines(posted: PostedOrder, speech: Language) -> Iterator[str]:
    if posted.customer_company:
        yield posted.customer_company
    if posted.customer_address:
        yield from _address(posted.customer_address, speech)


def _address(address: Address, speech: Language) -> Iterator[str]:
    if address.country in _CITY_BEFORE_STREET:
        yield from _city(address)
        yield from address.lines
    else:
        yield from address.lines
        yield from _city(address)
    if address.country:
        yield speech.country(address.country)


def _city(address: Address) -> Iterator[str]:
    """The lines with city, region and postal code, without what the address does not have."""
    values = {"city": address.city or "", "region": address.region or "", "code": address.postal_code or ""}
    for line in _CITIES.get(address.country or "", _CITY_ELSEWHERE).split("\n"):
        if shown := " ".join(line.format_map(values).split()).strip(" ,-"):
            yield shown
