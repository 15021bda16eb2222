"""How wide texts are, in the size of their letters. The page would take long to find out."""

import unicodedata
from functools import lru_cache

_WIDEST = 950
_ADVANCES = """
260 269 408 646 572 831 732 225 300 300 551 572 268 322 268 372 572 572 572 572 572 572 572 572
572 572 268 268 572 572 572 434 899 639 650 632 730 556 519 728 741 339 273 619 524 907 760 781
605 781 622 549 556 731 600 930 586 566 572 329 372 329 572 444 281 561 615 480 615 564 344 615
618 258 258 534 258 935 618 605 615 615 413 479 361 618 508 786 529 510 470 380 551 380 572
"""
_OF_ASCII = tuple(map(int, _ADVANCES.split()))
"""The advance widths in Noto Sans from the blank to the tilde, in thousandths."""


def of(text: str) -> float:
    """The width of a text in one line, at most. A letter that is no Latin one counts as one of the widest."""
    return sum(map(_of_letter, text)) / 1000


@lru_cache(maxsize=4096)
def _of_letter(letter: str) -> int:
    """An accent adds nothing to its letter."""
    base = ord(unicodedata.normalize("NFD", letter)[0]) - 32
    return _OF_ASCII[base] if 0 <= base < len(_OF_ASCII) else _WIDEST
