"""The amounts of an order as the receipt writes them: what its lines and the rows of its totals share.

Every figure comes from `PostedOrder.totals`.
"""

from dataclasses import dataclass
from decimal import Decimal

from orders.order import taxes
from orders.order.parts import Taxed
from orders.order.posted import PostedOrder
from orders.order.totals import Totals
from orders.receipt import advances
from orders.receipt.letters import is_printable
from orders.receipt.writing import Writing
from orders.shop.language import Language
from orders.shop.shop import Shop

A_LABEL = 30
"""So many letters fit, if they are not wide."""
_ROOM, _ROOM_ON_58_MM = 18, 12
"""For a label beside its figure, in the size of the letters."""
NO_BREAK_SPACE = "\u00a0"
REDUCED = "※"
"""Behind each item and charge with Japan's reduced rate, as invoices there mark it."""
_REDUCED_RATE = "8"


@dataclass(frozen=True)
class Bill:
    """The order, shop and language of a receipt with prices, and how it writes amounts and names.

    A credit note has the part of the order that is given back. `is_spread` if that is an amount of the whole order.
    """

    posted: PostedOrder
    totals: Totals
    shop: Shop
    speech: Language
    writing: Writing
    is_spread: bool = False

    @property
    def currency(self) -> str:
        return self.posted.currency or ""

    def amount(self, minor: int) -> str:
        return self.speech.amount(minor, self.currency)

    def price(self, minor: int) -> str:
        """With the currency's sign."""
        return self.speech.price(minor, self.currency, is_printable)

    def percent(self, percent: str | None) -> str:
        """Empty if there is none."""
        return self.speech.percentage(Decimal(percent)) if percent else ""

    def word(self, name: str) -> str:
        return self.speech.words[name]

    @property
    def a_tax(self) -> str:
        """A tax that the order does not name."""
        return self.speech.a_tax(self.shop.country)

    @property
    def tax_name(self) -> str:
        """The taxes of the whole order."""
        names = {tax.name or self.a_tax for tax in self.totals.taxes if tax.name or tax.rate} or {self.a_tax}
        return self.written(names.pop()) if len(names) == 1 else self.word("tax")

    def is_reduced(self, part: Taxed) -> bool:
        """Whether a line or a charge bears Japan's reduced rate, in a shop there."""
        return self.shop.country == "JP" and any(levy.rate == _REDUCED_RATE for levy in taxes.levies_of(part))

    def written(self, text: str, *others: str) -> str:
        """A text of the order, followed by those of the others that are not empty."""
        return " ".join([self.writing.breakable(text, self._longest(text)), *filter(None, others)])

    def _longest(self, text: str) -> int:
        """How many letters a word may have before it needs places to break."""
        room = _ROOM_ON_58_MM if self.shop.paper == "58mm" else _ROOM
        return room if any(len(word) > room and advances.of(word) > room for word in text.split()) else A_LABEL
