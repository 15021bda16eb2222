"""The description of a route, as the table of routes has it."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from types import UnionType
from typing import Any

from orders.api.authority import Authority
from orders.order.errors import OrdersError

JSON, CSV, HTML = "application/json", "text/csv", "text/html"


@dataclass(frozen=True, slots=True)
class Parameter:
    """`place` is `path`, `query` or `header`; `limits` are JSON Schema."""

    name: str
    place: str
    says: str
    limits: Mapping[str, Any]
    example: str | int
    required: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no problem. `documents` are the types of its body by media type, `str` for a text.

    `headers` are names in `headers.py`.
    """

    status: int
    says: str
    documents: Mapping[str, type | UnionType] = field(default_factory=dict)
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """`name` is the operation's, unique in the document; `takes` is the name of the schema of its body, if it has one.

    `problems` are errors as they may be raised; those that any route may answer are in `problem_answers.py`. With
    `has_pages`, a browser gets the errors as pages.
    """

    method: str
    path: str
    name: str
    summary: str
    authority: Authority
    _: KW_ONLY
    replies: tuple[Reply, ...]
    problems: tuple[OrdersError, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    says: str = ""
    takes: str = ""
    has_pages: bool = False
