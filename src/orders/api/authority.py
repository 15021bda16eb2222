"""Who may call a route, by what they show."""

from enum import StrEnum


class Authority(StrEnum):
    SHOP = "shop"
    OPERATOR = "operator"
    CUSTOMER = "customer"
    ANYONE = "anyone"


CALLERS = {
    Authority.SHOP: "The shop, with its API key in the header `x-api-key`.",
    Authority.CUSTOMER: "The shop's customer, whose key is the token in the path: only the `receiptUrl` has it.",
    Authority.OPERATOR: "An operator, with a login in the header `Authorization: Bearer ...`.",
    Authority.ANYONE: "Anyone, without a key.",
}
