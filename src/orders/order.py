"""What an order is: its fields and their limits, its canonical form, its fingerprint, its totals."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel, to_snake

from orders import money
from orders.errors import InvalidOrder, WrongField

MAX_BODY_BYTES = 128 * 1024
_MOST_FIELDS_NAMED = 50

_ORDER_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols by category, blank to the eye


def is_order_id(text: str) -> bool:
    """Whether `text` can be an order's id: 1-64 of `A-Z a-z 0-9 . _ -`.

    `.` and `..` are none: a URL can't carry them (RFC 3986, section 5.2.4).
    """
    return _ORDER_ID.fullmatch(text) is not None and text not in {".", ".."}


def _order_id(text: str) -> str:
    if not is_order_id(text):
        raise ValueError("must be 1 to 64 letters, digits, dots, underscores or hyphens, and not only . or ..")
    return text


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) in _UNPRINTABLE for character in text):
        raise ValueError("must not hold control characters or line breaks")
    return _visible(text)


def _lines(text: str) -> str:
    if any(unicodedata.category(character) in _UNPRINTABLE for character in text if character != "\n"):
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
    return unicodedata.normalize("NFC", text)


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


class _Strict(BaseModel):
    """Frozen, camelCase in JSON, no unknown fields, nothing coerced."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, hide_input_in_errors=True
    )


class LineItem(_Strict):
    """`unit_price` is before tax, in the order's currency; `tax_rate` is a percentage."""

    name: Name
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    unit_price: UnitPrice
    tax_rate: TaxRate | None = None
    sku: Sku | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Whole minor units of the order's currency; `taxes` by rate in percent, in rising order."""

    lines: list[int]
    subtotal: int
    taxes: dict[Decimal, int]
    total: int


class Order(_Strict):
    """One order, as the shop posted it."""

    order_id: OrderId
    customer_name: Name
    customer_email: Email | None = None
    items: Annotated[tuple[LineItem, ...], Field(strict=False, max_length=200)] = ()
    currency: Currency | None = None
    locale: Locale | None = None
    note: Note | None = None

    @classmethod
    def parse(cls, document: object) -> Self:
        """The order that a JSON document describes.

        Raises:
            InvalidOrder: with every field that is wrong, as far as can be told at once.
        """
        try:
            order = cls.model_validate(document)
        except ValidationError as error:
            raise InvalidOrder(_wrong_fields(error)) from None
        if wrong := list(order._wrong_together()):
            raise InvalidOrder(wrong[:_MOST_FIELDS_NAMED])
        return order

    @staticmethod
    def stored(canonical: str) -> "Order":
        """An accepted order, from its canonical form: not judged again, by rules that may be newer than it is."""
        document: dict[str, Any] = json.loads(canonical)
        items = tuple(LineItem.model_construct(**_named(item)) for item in document.pop("items", ()))
        return Order.model_construct(**_named(document), items=items)

    def _wrong_together(self) -> Iterator[WrongField]:
        if not self.items:
            return
        if self.currency is None:
            yield WrongField("#/currency", "is required with items")
            return
        for position, item in enumerate(self.items):
            try:
                money.to_minor(Decimal(item.unit_price), self.currency)
            except ValueError as error:
                yield WrongField(f"#/items/{position}/unitPrice", str(error))

    def canonical(self) -> str:
        """The order as JSON text that is the same for every way of writing the same order.

        Keys sorted, no blanks, no fields that were left out; prices with all of the currency's decimals.
        """
        document = self.model_dump(by_alias=True, exclude_defaults=True)
        if self.currency:
            for item in document.get("items", ()):
                item["unitPrice"] = _all_decimals(item["unitPrice"], self.currency)
        return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def totals(self) -> Totals | None:
        """Net lines, their sum, the tax by rate and the total; none without items.

        Tax is computed once for each rate, on the sum of its lines, and rounded half up to the minor unit.
        """
        if not self.items or not self.currency:
            return None
        lines = [item.quantity * money.to_minor(Decimal(item.unit_price), self.currency) for item in self.items]
        net_by_rate: dict[Decimal, int] = {}
        for item, line in zip(self.items, lines, strict=True):
            if item.tax_rate is not None:
                rate = Decimal(item.tax_rate)
                net_by_rate[rate] = net_by_rate.get(rate, 0) + line
        taxes = {rate: money.tax_on(net_by_rate[rate], rate) for rate in sorted(net_by_rate)}
        return Totals(lines, sum(lines), taxes, sum(lines) + sum(taxes.values()))


def fingerprint(canonical: str) -> str:
    """SHA-256 of a canonical order, in hexadecimal: equal for equal orders only."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def _all_decimals(price: str, currency: str) -> str:
    return str(money.from_minor(money.to_minor(Decimal(price), currency), currency))


_python_name = cache(to_snake)


def _named(document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields by their names in Python."""
    return {_python_name(name): value for name, value in document.items()}


def _wrong_fields(error: ValidationError) -> list[WrongField]:
    faults = error.errors(include_url=False, include_context=True, include_input=False)
    return [WrongField(_pointer(fault["loc"]), _detail(fault)) for fault in faults[:_MOST_FIELDS_NAMED]]


def _pointer(location: tuple[int | str, ...]) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return "#" + "".join(f"/{step}" for step in steps)


_DETAILS = {
    "missing": "is required",
    "extra_forbidden": "is not a field of an order",
    "model_type": "must be an object",
    "string_unicode": "must be valid Unicode",
    "tuple_type": "must be an array",
}


def _detail(fault: Mapping[str, object]) -> str:
    kind, context = fault["type"], fault.get("ctx")
    if kind == "value_error" and isinstance(context, dict):
        return str(context["error"])
    message = str(fault["msg"])
    return _DETAILS.get(str(kind), message[:1].lower() + message[1:])
