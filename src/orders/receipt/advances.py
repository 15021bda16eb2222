"""How wide texts are at most, in the size of their letters. The page would take long to find out."""

from itertools import repeat

_WIDEST = 0.95
_ADVANCES = (
    dict.fromkeys(" !'(),.:;J`ijl", 0.3)
    | dict.fromkeys("-/?I[]_frt{}", 0.45)
    | dict.fromkeys("#$*+0123456789<=>ABCEFKLPRSTVXYZ^abcdeghknopqsuvxyz|~", 0.65)
)
"""The widths of letters in Noto Sans, rounded up."""


def of(text: str) -> float:
    """The width of a text in one line. A letter beyond ASCII counts as one of the widest."""
    return sum(map(_ADVANCES.get, text, repeat(_WIDEST)))
