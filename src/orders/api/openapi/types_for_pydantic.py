"""The types of answers as pydantic takes them: before Python 3.12 it takes no `TypedDict` of the standard library's."""

from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import typing_extensions


@cache
def taken(kind: Any) -> Any:
    """The same type, with each `TypedDict` in it made anew."""
    if is_typeddict(kind):
        hints = get_type_hints(kind, include_extras=True)
        again = typing_extensions.TypedDict(kind.__name__, {name: taken(hint) for name, hint in hints.items()})  # type: ignore[misc]
        again.__doc__ = kind.__doc__
        return again
    inner = tuple(taken(each) for each in get_args(kind))
    if not inner:
        return kind
    origin = get_origin(kind)
    return reduce(or_, inner) if origin is UnionType else origin[inner if len(inner) > 1 else inner[0]]
