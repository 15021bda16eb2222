"""The fields of an order: what each may hold, and the one form it is kept in."""

import re
import unicodedata
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from orders.order import money
from orders.order.ids import is_order_id

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""The categories Cc, Zl, Zp and Cs, which no version of Unicode adds to."""
_MOST_MARKS = 30
"""In a row (Unicode Standard Annex 15, Stream-Safe Text Format): sorting them takes time that grows with the square."""
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols by category, blank to the eye


def _order_id(text: str) -> str:
    if not is_order_id(text):
        raise ValueError("must be 1 to 64 letters, digits, dots, underscores or hyphens, and not only . or ..")
    return text


def _one_line(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise ValueError("must not hold control characters or line breaks")
    return _visible(text)


def _lines(text: str) -> str:
    if _UNPRINTABLE.search(text.replace("\n", "")):
        raise ValueError("must not hold control characters")
    return _visible(text)


def _visible(text: str) -> str:
    """The text in Unicode's composed form (NFC), so that one name has one spelling."""
    if not any(unicodedata.category(character)[0] in "LNPS" and character not in _FILLERS for character in text):
        raise ValueError("must not be blank")
    return _composed(text)


def _at_most(length: int) -> AfterValidator:
    """Counted after normalisation, which may lengthen a text."""

    def check(text: str) -> str:
        if len(text) > length:
            raise ValueError(f"must have at most {length} characters")
        return text

    return AfterValidator(check)


def _currency(code: str) -> str:
    if code not in money.DECIMALS:
        raise ValueError("must be a currency code of ISO 4217, such as EUR")
    return code


def _tax_rate(percent: str) -> str:
    """The percentage without needless zeros."""
    if Decimal(percent) > 100:
        raise ValueError("must be a percentage from 0 to 100")
    return f"{Decimal(percent).normalize():f}"


def _composed(text: str) -> str:
    if text.isascii():
        return text
    if _marks_in_a_row(text) > _MOST_MARKS:
        raise ValueError(f"must not have more than {_MOST_MARKS} accents in a row")
    return unicodedata.normalize("NFC", text)


def _marks_in_a_row(text: str) -> int:
    categories = "".join([unicodedata.category(character)[0] for character in text])
    return max(map(len, re.findall("M+", categories)), default=0)


OrderId = Annotated[str, AfterValidator(_order_id)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line), _at_most(200)]
Note = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_lines), _at_most(1000)]
Sku = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_one_line), _at_most(64)]
Email = Annotated[
    str,
    Field(
        max_length=254,
        pattern=r"^[^\s@<>()\[\]\\,;:\"\p{C}]{1,64}@[\p{L}\p{M}\p{N}.-]+\.[\p{L}\p{M}\p{N}-]{2,}$",
    ),
    AfterValidator(_composed),
]
Locale = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Currency = Annotated[str, AfterValidator(_currency)]
UnitPrice = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,3})?$")]
TaxRate = Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3})?$"), AfterValidator(_tax_rate)]
