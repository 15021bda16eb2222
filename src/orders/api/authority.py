"""The groups of callers, and how each one authenticates."""

from enum import StrEnum


class Authority(StrEnum):
    SHOP = "shop"
    OPERATOR = "operator"
    CUSTOMER = "customer"
    ANYONE = "anyone"


CALLERS = {
    Authority.SHOP: "The shop, with its API key in the header `x-api-key`.",
    Authority.CUSTOMER: "The shop's customer. The token in the path is the key; only the `receiptUrl` contains it.",
    Authority.OPERATOR: "An operator, with a login in the header `Authorization: Bearer ...`.",
    Authority.ANYONE: "Anyone, without a key.",
}
