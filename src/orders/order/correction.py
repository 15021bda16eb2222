"""The body of a correction of the buyer's data. The rules of the fields are those of the order."""

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, get_args

from orders.order import canonical, rules
from orders.order.parts import STRICT, Address
from orders.order.posted import PostedOrder
from orders.order.rule import Rule

_RULES: dict[str, Rule] = {each.name: get_args(each.type)[1] for each in dataclasses.fields(PostedOrder)}
"""Of the order's fields."""
_LONGEST_NAME = _RULES["customer_name"].limits["maxLength"]


@dataclass(frozen=True)
class PostedCorrection:
    """The body of `POST /orders/{orderId}/corrections`. A field that is left out stays as it is."""

    __pydantic_config__: ClassVar = STRICT

    correction_id: Annotated[
        str,
        rules.order_id(
            "The shop's own id of the correction, unique within the order: 1 to 64 letters, digits, dots, underscores"
            " or hyphens. The server makes an id if there is none."
        ),
    ]
    customer_name: Annotated[str | None, rules.line("The customer's name, as on the receipt.", _LONGEST_NAME)] = None
    customer_company: Annotated[str | None, _RULES["customer_company"]] = None
    customer_address: Annotated[Address | None, _RULES["customer_address"]] = None
    customer_tax_id: Annotated[str | None, _RULES["customer_tax_id"]] = None
    customer_reference: Annotated[str | None, _RULES["customer_reference"]] = None
    customer_email: Annotated[str | None, _RULES["customer_email"]] = None

    @property
    def changes(self) -> dict[str, Any]:
        """The fields of the order that it replaces, by name."""
        held = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return {name: value for name, value in held.items() if value is not None and name != "correction_id"}

    def applied_to(self, posted: PostedOrder) -> PostedOrder:
        """The order with these fields replaced: everything else, and so every amount, stays as it is."""
        return dataclasses.replace(posted, **self.changes)

    @staticmethod
    def stored(text: str) -> "PostedCorrection":
        """An accepted correction, from its canonical form: not judged again.

        Raises:
            NewerVersion: it has a field that this version does not know.
        """
        return canonical.read(PostedCorrection, text)

    def canonical(self) -> str:
        """The correction as JSON text that is the same for every way of writing the same correction."""
        return canonical.written(self.document())

    def document(self) -> dict[str, Any]:
        """The same correction before it is written as text."""
        return canonical.document(self, None)
