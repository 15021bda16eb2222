"""What an order is, the conventional way."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class LineItem(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200)]
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    unitPrice: Annotated[Decimal, Field(ge=0)]  # noqa: N815
    taxRate: Annotated[Decimal, Field(ge=0, le=100)] | None = None  # noqa: N815


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    orderId: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]  # noqa: N815
    customerName: Annotated[str, Field(min_length=1, max_length=200)]  # noqa: N815
    items: Annotated[list[LineItem], Field(max_length=200)] = []
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
