"""Orders by chance, with everything that an order can say about money: right ones, and ones that are just wrong."""

from random import Random
from typing import Any

from tests.support import oracle

Document = dict[str, Any]

CURRENCIES = ("EUR", "USD", "JPY", "KWD", "CAD")
RATES = ("0", "5", "5.5", "7", "8.1875", "10", "19", "20.0000", "25", "100")
NAMES = (None, None, None, "VAT", "MwSt.")
SEVERAL: tuple[list[Document], ...] = (
    [{"name": "GST", "rate": "5"}, {"name": "QST", "rate": "9.975"}],
    [{"name": "GST", "rate": "5"}, {"name": "QST", "rate": "9.5", "compound": True}],
    [{"name": "GST", "rate": "5"}],
    [{"name": "State", "rate": "6.25"}, {"name": "County", "rate": "0.25"}, {"name": "City", "rate": "0.25"}],
    [{"name": "A", "rate": "2"}, {"name": "B", "rate": "3", "compound": True}, {"name": "C", "rate": "7"}],
    [{"name": "Left", "rate": "4"}, {"name": "Right", "rate": "4"}],
    [{"name": "Free", "rate": "0"}, {"name": "GST", "rate": "5"}],
)
WITHOUT_RATE = ("Z", "E", "AE", "K", "G", "O")


def sale(chance: Random, order_id: str = "sale") -> Document:
    """An order whose fields are each right. Whether they agree with each other is for the nine rules to say."""
    order: Document = {"orderId": order_id, "customerName": "Alice", "currency": chance.choice(CURRENCIES)}
    taxes = [_tax(chance) for _ in range(chance.randint(1, 3))] if _often(chance, 0.85) else [{}]
    order["items"] = [_item(chance, order, taxes) for _ in range(chance.choice((1, 1, 2, 3, 4, 6)))]
    if _often(chance, 0.5):
        order["pricesIncludeTax"] = True
    if _often(chance, 0.5):
        order["discounts"] = [_discount(chance, order) for _ in range(chance.choice((1, 1, 2, 3)))]
    if _often(chance, 0.5):
        order["charges"] = [_charge(chance, order, taxes) for _ in range(chance.choice((1, 1, 2)))]
    _state(chance, order)
    return order


def _often(chance: Random, share: float) -> bool:
    return chance.randrange(100) < 100 * share


def _tax(chance: Random) -> Document:
    kind = chance.randrange(10)
    if kind == 0:
        return {}
    if kind <= 2:
        return {"taxes": chance.choice(SEVERAL)}
    if kind == 3:
        return {"taxCategory": chance.choice(WITHOUT_RATE)} | chance.choice(({}, {"taxRate": "0"}))
    tax = {"taxRate": chance.choice(RATES), "taxName": chance.choice(NAMES), "taxCategory": chance.choice((None, "S"))}
    return {name: value for name, value in tax.items() if value is not None}


def _item(chance: Random, order: Document, taxes: list[Document]) -> Document:
    item: Document = {"name": "Mug", "quantity": _quantity(chance), "unitPrice": _price(chance)} | chance.choice(taxes)
    if _often(chance, 0.3):
        amounts = 0.05 if str(item["quantity"]).startswith("-") else 0.4
        item["discount"] = _reduction(chance, order, amounts)
    return item


def _quantity(chance: Random) -> int | str:
    sign = -1 if _often(chance, 0.12) else 1
    if _often(chance, 0.6):
        return sign * chance.choice((1, 1, 2, 3, 10, 999))
    return _text(sign * chance.randrange(1, 10 ** chance.choice((2, 4, 7))), chance.choice((1, 2, 3, 6)))


def _price(chance: Random) -> str:
    digits, decimals = chance.choice(((2, 0), (3, 1), (4, 2), (4, 2), (5, 2), (5, 3), (6, 4), (10, 8)))
    return _text(chance.randrange(10**digits), decimals)


def _reduction(chance: Random, order: Document, amounts: float) -> Document:
    if _often(chance, amounts):
        return {"amount": _amount(chance, order, most=chance.choice((5, 50, 500)))}
    return {"percent": _percent(chance)}


def _percent(chance: Random) -> str:
    return chance.choice(("0", "2.5", "5", "10", "12.345678", "33.3333", "50", "99.9", "100"))


def _amount(chance: Random, order: Document, most: int = 1500) -> str:
    return _money(order, chance.randrange(most))


def _discount(chance: Random, order: Document) -> Document:
    discount = _reduction(chance, order, 0.5)
    rates = [item["taxRate"] for item in order["items"] if "taxRate" in item and "taxCategory" not in item]
    if rates and _often(chance, 0.5):
        discount["taxRate"] = chance.choice(rates) if _often(chance, 0.95) else "17"
    return {"name": "Voucher"} | discount


def _charge(chance: Random, order: Document, taxes: list[Document]) -> Document:
    tax = chance.choice(taxes) if _often(chance, 0.8) else _tax(chance)
    return {"kind": "shipping", "name": "Shipping", "amount": _amount(chance, order)} | tax


# The figures that a cart states, and what was paid


def _state(chance: Random, order: Document) -> None:
    try:
        ours = oracle.amounts(order)
    except oracle.Refused:
        return
    if _often(chance, 0.4):
        _state_taxes(chance, order, ours)
    elif _often(chance, 0.3):
        off = sum(row.parts for row in ours.rows)
        order["total"] = _money(order, max(0, ours.total + _near(chance, chance.choice((0, 1, off)))))
    if _often(chance, 0.3):
        order["rounding"] = _money(order, _near(chance, chance.choice((1, 2, max(5, ours.total // 100)))))
    if _often(chance, 0.4):
        order["payments"] = [_payment(chance, order, ours.total) for _ in range(chance.choice((1, 2)))]


def _state_taxes(chance: Random, order: Document, ours: oracle.Amounts) -> None:
    order["taxes"] = [_stated(chance, order, row, ours) for row in ours.rows] or [_whole_tax(chance, order, ours)]
    chance.shuffle(order["taxes"])
    if _often(chance, 0.1):
        order["taxes"] = chance.choice((order["taxes"][1:], [*order["taxes"], {"rate": "17", "amount": "0"}]))
    tax = sum(oracle.minor(tax["amount"], order) for tax in order["taxes"])
    computed = ours.total if order.get("pricesIncludeTax") else ours.net + tax
    if _often(chance, 0.7):
        order["total"] = _money(order, max(0, computed + (_near(chance, 0) if _often(chance, 0.15) else 0)))


def _stated(chance: Random, order: Document, row: oracle.Row, ours: oracle.Amounts) -> Document:
    is_one_of_its_kind = [(other.name, other.rate) for other in ours.rows].count((row.name, row.rate)) == 1
    off = _near(chance, row.parts) if is_one_of_its_kind and _often(chance, 0.6) else 0
    stated = {
        "name": row.name,
        "rate": oracle.plain(row.rate),
        "amount": _money(order, row.amount + off),
    }
    if not is_one_of_its_kind:  # categories have no place in it: the base says which one is meant
        stated["base"] = _money(order, row.base or 0)
    elif _often(chance, 0.3):
        base = (row.base or 0) - (off if order.get("pricesIncludeTax") else 0)
        stated["base"] = _money(order, base + (_near(chance, row.parts) if _often(chance, 0.1) else 0))
    return {name: value for name, value in stated.items() if value is not None}


def _whole_tax(chance: Random, order: Document, ours: oracle.Amounts) -> Document:
    tax: Document = {"amount": _money(order, chance.randrange(1 + ours.total // 4))}
    more = {"name": "Sales tax", "rate": chance.choice(RATES), "base": _money(order, ours.net)}
    return tax | {name: value for name, value in more.items() if _often(chance, 0.5)}


def _payment(chance: Random, order: Document, total: int) -> Document:
    amount = chance.choice((total, total // 2, total + 100))
    return {"method": chance.choice(("card", "cash", "voucher")), "amount": _money(order, amount)}


def _near(chance: Random, most: int) -> int:
    """Within, at the edge of or one beyond what is allowed."""
    return chance.choice((0, 1, most, most + 1)) * chance.choice((1, -1))


def _money(order: Document, minor: int) -> str:
    return _text(minor, oracle.decimals(order))


def _text(whole: int, decimals: int) -> str:
    sign, digits = "-" * (whole < 0), str(abs(whole)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
