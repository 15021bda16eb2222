"""Amounts of an order by part and by group: what was credited so far, what remains, what a credit takes.

A part is a line item or a charge, by its place: all line items come before all charges, counted from 0. A group is made
of the parts with the same taxes, in the order of `orders.order.taxes.Groups`. Amounts are whole minor units.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from operator import add, sub
from typing import Any, NamedTuple

from orders.order import money

_Sign = Callable[[int, int], int]


class Part(NamedTuple):
    """`amount` is before the discounts of the whole order, whose share is in `discount`; `quantity` in millionths."""

    amount: int = 0
    discount: int = 0
    quantity: int = 0

    @property
    def charged(self) -> int:
        """After the discounts of the whole order."""
        return self.amount - self.discount

    def combined(self, other: "Part", sign: _Sign) -> "Part":
        return Part(*map(sign, self, other))


class Share(NamedTuple):
    """Of a group: each of its taxes, and the base of each; 0 where the base is unknown."""

    taxes: tuple[int, ...] = ()
    bases: tuple[int, ...] = ()

    def combined(self, other: "Share", sign: _Sign) -> "Share":
        return Share(_each(self.taxes, other.taxes, sign), _each(self.bases, other.bases, sign))


@dataclass(frozen=True)
class Taken:
    """`parts` by place and `shares` by group; those that are not there come to nothing."""

    parts: Mapping[int, Part] = field(default_factory=dict)
    shares: Mapping[int, Share] = field(default_factory=dict)
    rounding: int = 0

    @staticmethod
    def of(parts: Iterable[tuple[int, Part]], shares: Iterable[tuple[int, Share]], rounding: int = 0) -> "Taken":
        return Taken(
            {place: part for place, part in parts if any(part)},
            {group: share for group, share in shares if any(share.taxes) or any(share.bases)},
            rounding,
        )

    def part(self, place: int) -> Part:
        return self.parts.get(place, _NO_PART)

    def share(self, group: int) -> Share:
        return self.shares.get(group, _NO_SHARE)

    def __add__(self, other: "Taken") -> "Taken":
        return self._combined(other, add)

    def __sub__(self, other: "Taken") -> "Taken":
        return self._combined(other, sub)

    def _combined(self, other: "Taken", sign: _Sign) -> "Taken":
        places, groups = sorted({*self.parts, *other.parts}), sorted({*self.shares, *other.shares})
        return Taken.of(
            ((place, self.part(place).combined(other.part(place), sign)) for place in places),
            ((group, self.share(group).combined(other.share(group), sign)) for group in groups),
            sign(self.rounding, other.rounding),
        )

    def to_document(self) -> dict[str, Any]:
        """For JSON: `{"parts": [[place, amount, discount, "quantity"]], "groups": [[group, taxes, bases]]}`.

        Without what is nothing.
        """
        document = {
            "parts": [
                [place, part.amount, part.discount, money.from_millionths(part.quantity)]
                for place, part in self.parts.items()
            ],
            "groups": [[group, [*share.taxes], [*share.bases]] for group, share in self.shares.items()],
            "rounding": self.rounding,
        }
        return {name: value for name, value in document.items() if value}

    @staticmethod
    def from_document(document: Mapping[str, Any]) -> "Taken":
        """Read the form that `to_document` writes."""
        return Taken(
            {
                place: Part(amount, discount, money.to_millionths(quantity))
                for place, amount, discount, quantity in document.get("parts", ())
            },
            {group: Share(tuple(taxes), tuple(bases)) for group, taxes, bases in document.get("groups", ())},
            document.get("rounding", 0),
        )


_NO_PART, _NO_SHARE = Part(), Share()


def _each(first: tuple[int, ...], second: tuple[int, ...], sign: _Sign) -> tuple[int, ...]:
    if len(first) == len(second):
        return tuple(map(sign, first, second))
    return tuple(sign(one, other) for one, other in zip_longest(first, second, fillvalue=0))
