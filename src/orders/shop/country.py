"""Customs of a country: the name of its tax, the label of its tax ids, and the paper that its offices use."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from orders.shop import toml

FILE = Path(__file__).with_name("countries.toml")
LETTER = frozenset({"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"})
"""Countries that use Letter (CLDR, supplemental/measurementData, `US-Letter`). All others use A4."""
_JAPANESE_ID = re.compile("T[0-9]{13}")
"""The number of an issuer of qualified invoices: https://www.invoice-kohyo.nta.go.jp"""


def tax_name(country: str | None, language: str) -> str | None:
    """How the tax on sales is named in a country, as in `MwSt.`, `TVA` and `moms`; `None` if it is not known."""
    return _word("tax_name", country, language)


def tax_id_label(tax_id: str, country: str | None, language: str) -> str | None:
    """The label before a tax id of this country, as in `USt-IdNr.`; `None` if it is not known."""
    if _JAPANESE_ID.fullmatch(tax_id.replace("-", "")):
        return _word("tax_id", "JP", "ja")
    return _word("tax_id", country, language)


def _word(word: str, country: str | None, language: str) -> str | None:
    named = _names().get(country or "", {})
    found: str | None = named.get(language, named).get(word)
    return found


@cache
def _names() -> Mapping[str, Any]:
    return toml.read(FILE)
