"""The amounts of an order as the receipt writes them: what its lines and the rows of its totals share.

Every figure comes from `PostedOrder.totals`.
"""

from dataclasses import dataclass
from decimal import Decimal

from orders.order.posted import PostedOrder
from orders.order.totals import Totals
from orders.receipt.writing import Writing
from orders.shop.language import Language

A_LABEL = 30
"""So many of the widest letters fit."""
NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True)
class Bill:
    """`is_new`: the order has something of schema version 4. The receipt of any other order stays as it always was."""

    posted: PostedOrder
    totals: Totals
    speech: Language
    writing: Writing
    is_new: bool

    @property
    def currency(self) -> str:
        return self.posted.currency or ""

    @property
    def is_gross(self) -> bool:
        """Whether the lines include a tax."""
        return self.posted.prices_include_tax and bool(self.totals.taxes)

    def amount(self, minor: int) -> str:
        return self.speech.amount(minor, self.currency)

    def percent(self, percent: str | None) -> str:
        """Empty if there is none."""
        return self.speech.percentage(Decimal(percent)) if percent else ""

    def word(self, name: str) -> str:
        return self.speech.words[name]

    def written(self, text: str, *others: str) -> str:
        """A text of the shop, and behind it what is not empty of the others."""
        return " ".join([self.writing.breakable(text, A_LABEL), *filter(None, others)])
