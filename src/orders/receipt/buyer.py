"""The buyer on the receipt: name, company, addresses, tax id and reference."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from orders.order.parts import Address, DeliveryAddress
from orders.order.posted import PostedOrder
from orders.receipt.writing import Writing
from orders.shop import country, toml
from orders.shop.language import Language

_A_LINE = 20
"""So many of the widest letters fit."""
_FORMATS = Path(__file__).with_name("addresses.toml")
_USUAL = "{lines} | {code} {city} | {region}"
_PART = re.compile("{(\\w+)}")


def of(posted: PostedOrder, speech: Language, writing: Writing) -> list[dict[str, Any]]:
    """The buyer, and the delivery address if there is another: each with a label, lines, and facts below the lines."""
    parties = [_party(speech.words["customer"], _buyer(posted, speech), list(_facts(posted, speech)), writing)]
    if posted.delivery_address:
        parties.append(_party(speech.words["delivery"], _delivery(posted.delivery_address, speech), [], writing))
    return parties


def _party(label: str, lines: Iterator[str], facts: list[tuple[str, str]], writing: Writing) -> dict[str, Any]:
    return {
        "label": label,
        "lines": [writing.breakable(line, _A_LINE) for line in lines],
        "facts": [{"label": name, "value": writing.breakable(value, _A_LINE)} for name, value in facts],
    }


def _buyer(posted: PostedOrder, speech: Language) -> Iterator[str]:
    yield posted.customer_name
    if posted.customer_company:
        yield posted.customer_company
    if posted.customer_address:
        yield from _address(posted.customer_address, speech)


def _delivery(address: DeliveryAddress, speech: Language) -> Iterator[str]:
    if address.name:
        yield address.name
    yield from _address(address, speech)


def _facts(posted: PostedOrder, speech: Language) -> Iterator[tuple[str, str]]:
    if posted.customer_tax_id:
        yield _tax_id_label(posted, posted.customer_tax_id, speech), posted.customer_tax_id
    if posted.customer_reference:
        yield speech.words["reference"], posted.customer_reference


def _tax_id_label(posted: PostedOrder, tax_id: str, speech: Language) -> str:
    """As in the country of the buyer, if the order has it."""
    where = posted.customer_address.country if posted.customer_address else None
    return country.tax_id_label(tax_id, where, speech.code) or speech.words["customer_tax_id"]


def _address(address: Address, speech: Language) -> Iterator[str]:
    """As it is written in its country. Nothing that the address has is left out."""
    parts = {"city": address.city or "", "region": address.region or "", "code": address.postal_code or ""}
    form = _formats().get(address.country or "", _USUAL)
    for line in form.split(" | "):
        if line == "{lines}":
            yield from address.lines
        elif shown := " ".join(line.format_map(parts).split()).strip(" ,-/〒"):
            yield f"〒{shown}" if "〒" in line else shown
    yield from (part for name, part in parts.items() if part and name not in _PART.findall(form))
    if address.country:
        yield speech.country(address.country)


@cache
def _formats() -> Mapping[str, str]:
    """By country."""
    return {country: form for form, countries in toml.read(_FORMATS).items() for country in countries.split()}
