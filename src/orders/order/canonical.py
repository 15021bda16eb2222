"""The stored form of an order: JSON that is the same for every way of writing the same order, and its reader.

Both follow the declarations of the fields in `orders.order.posted`.
"""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar, get_args, get_origin

from orders.order import money
from orders.order.errors import NewerVersion

T = TypeVar("T")

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
"""`json.dumps` makes a new one for each call, which takes as long as a small order."""


def in_camel_case(name: str) -> str:
    """`customerName` for `customer_name`."""
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))


def written(document: Mapping[str, Any]) -> str:
    """Keys sorted, no blanks."""
    return _ENCODER.encode(document)


def read(kind: type[T], text: str) -> T:
    """An order from its canonical form, which is not judged again.

    Raises:
        NewerVersion: it has a field that this version does not know.
    """
    built: T = _built(kind, json.loads(text))
    return built


def fingerprint(text: str) -> str:
    """SHA-256 of a canonical order, in hexadecimal: equal for equal orders only."""
    return hashlib.sha256(text.encode()).hexdigest()


def unknown_fields(kind: type, text: str) -> set[str]:
    """The fields that this version does not know. A text that is no order at all has none."""
    try:
        return _unknown(kind, [json.loads(text)])
    except (AttributeError, TypeError, ValueError, RecursionError):
        return set()


@dataclass(frozen=True, slots=True)
class _Field:
    """`part` is the class of a document within the document, `many` whether there is a list."""

    attribute: str
    part: Any
    many: bool
    is_amount: bool
    default: str | None


@cache
def _fields(kind: Any) -> Mapping[str, _Field]:
    """By their names in JSON."""
    return {in_camel_case(each.name): _field(each) for each in dataclasses.fields(kind)}


@cache
def _all_of(kind: Any) -> Callable[[object], tuple[Any, ...]]:
    """Gets what is in all fields, in one call."""
    return attrgetter(*(field.attribute for field in _fields(kind).values()))


def _field(declared: "dataclasses.Field[Any]") -> _Field:
    annotated: Any = declared.type
    inner, rule = get_args(annotated)[:2]
    parts = [each for each in get_args(inner) if dataclasses.is_dataclass(each)]
    part: Any = parts[0] if parts else None
    return _Field(declared.name, part, get_origin(inner) is tuple, rule.is_amount, rule.default)


def document(value: object, currency: str | None) -> dict[str, Any]:
    """An order, or a part of it, without fields that were left out; amounts with all of the currency's decimals."""
    kind: Any = type(value)
    kept: dict[str, Any] = {}
    for (name, field), held in zip(_fields(kind).items(), _all_of(kind)(value), strict=True):
        if not held or held == field.default:
            continue
        if field.part:
            held = [document(each, currency) for each in held] if field.many else document(held, currency)
        elif field.is_amount and currency:
            held = money.with_all_decimals(held, currency)
        kept[name] = held
    return kept


def _built(kind: Any, document: Mapping[str, Any]) -> Any:
    fields, values = _fields(kind), dict[str, Any]()
    for name, held in document.items():
        field = fields.get(name)
        if field is None:
            raise NewerVersion(f"an order's field {name!r}")
        if field.part:
            part = field.part
            held = tuple(_built(part, each) for each in held) if field.many else _built(part, held)
        values[field.attribute] = tuple(held) if field.many else held
    return kind(**values)


def _unknown(kind: Any, documents: Iterable[Mapping[str, Any]]) -> set[str]:
    documents, fields = list(documents), _fields(kind)
    names = set[str]().union(*(each.keys() for each in documents))
    found = names - fields.keys()
    for name in names - found:
        if part := fields[name].part:
            held = [each[name] for each in documents if name in each]
            found |= _unknown(part, chain.from_iterable(held) if fields[name].many else held)
    return found
