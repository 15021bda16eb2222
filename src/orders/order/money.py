"""Money: the currencies of ISO 4217 and amounts in whole minor units."""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

_TWO_DECIMALS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

DECIMALS: dict[str, int] = (
    dict.fromkeys(_TWO_DECIMALS.split(), 2)
    | dict.fromkeys(_NO_DECIMALS.split(), 0)
    | dict.fromkeys(_THREE_DECIMALS.split(), 3)
)
"""The number of decimals of each currency (ISO 4217, list one; circulating currencies).

Never take a code away: accepted orders keep theirs."""


DECIMALS_OF_A_PRICE, DECIMALS_OF_A_QUANTITY = 8, 6
"""The most that a unit price and a quantity may have, whatever the currency."""


def to_minor(amount: str, currency: str) -> int:
    """The amount in whole minor units: `19.99` EUR is 1999, `500` JPY is 500.

    Raises:
        ValueError: the amount has more decimals than the currency.
    """
    most, kept = DECIMALS[currency], plain(amount)
    if decimals_of(kept) > most:
        raise ValueError(f"must have {f'at most {most}' if most else 'no'} decimals in {currency}")
    return _scaled(kept, most)


def from_minor(minor: int, currency: str) -> Decimal:
    """Minor units as an amount, with all of the currency's decimals."""
    return Decimal(minor).scaleb(-DECIMALS[currency])


def text(minor: int, currency: str) -> str:
    """The same as text: `-5.00`, `500`."""
    return f"{from_minor(minor, currency):f}"


def plain(number: str) -> str:
    """A decimal without needless zeros: `1.5` for `01.50`, `0` for `-0.0`."""
    if number[0] in "123456789" and (number[-1] != "0" or "." not in number):
        return number  # as most are
    digits = number.removeprefix("-")
    whole, _, decimals = digits.partition(".")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    digits = f"{whole}.{decimals}" if decimals else whole
    return f"-{digits}" if number[0] == "-" and digits != "0" else digits


def with_all_decimals(amount: str, currency: str) -> str:
    """A plain decimal with at least as many decimals as the currency has: `7.50` for `7.5` EUR, `0.1651` as it is."""
    whole, _, decimals = amount.partition(".")
    decimals = decimals.ljust(DECIMALS[currency], "0")
    return f"{whole}.{decimals}" if decimals else whole


def decimals_of(number: str) -> int:
    """How many decimals a number has, without needless zeros."""
    return len(number.partition(".")[2].rstrip("0")) if "." in number else 0


def _scaled(number: str, decimals: int) -> int:
    """A decimal times a power of ten, which leaves no decimals."""
    whole, _, given = number.partition(".")
    return int(whole + given.ljust(decimals, "0"))


def product(price: str, quantity: int | str, currency: str) -> int:
    """Price times quantity in whole minor units, rounded.

    In whole numbers: the product may have more digits than a decimal keeps.
    """
    decimals = DECIMALS[currency]
    if isinstance(quantity, int) and len(price.partition(".")[2]) <= decimals:
        return quantity * _scaled(price, decimals)  # as most are
    millionths = to_millionths(quantity)
    fractions = _scaled(plain(price), DECIMALS_OF_A_PRICE)
    return divided(millionths * fractions * 10**decimals, 10 ** (DECIMALS_OF_A_QUANTITY + DECIMALS_OF_A_PRICE))


def share(amount: int, percent: Decimal | str) -> int:
    """So many percent of an amount, rounded."""
    numerator, denominator = _ratio(percent)
    return divided(amount * numerator, 100 * denominator)


@lru_cache(maxsize=1024)
def _ratio(percent: Decimal | str) -> tuple[int, int]:
    return Decimal(percent).as_integer_ratio()


def to_millionths(quantity: int | str) -> int:
    """A quantity in millionths, which leaves no decimals."""
    return _scaled(str(quantity), DECIMALS_OF_A_QUANTITY)


def from_millionths(millionths: int) -> str:
    """A quantity as a decimal without needless zeros."""
    return plain(f"{Decimal(millionths).scaleb(-DECIMALS_OF_A_QUANTITY):f}")


def divided(numerator: int, denominator: int) -> int:
    """The quotient, rounded half up, away from zero."""
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return quotient if numerator >= 0 else -quotient


def apportioned(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """A total divided in proportion to the weights, by largest remainder. The parts add up exactly.

    Of equal remainders the earlier one comes first. Weights may be negative: each part is its exact share, rounded up
    or down, so that none exceeds its weight if the total does not exceed their sum. Weights that come to 0 get nothing.
    """
    if len(weights) == 1:
        return [total if weights[0] else 0]
    shares = _in_whole_numbers(weights)
    whole = sum(shares)
    if not whole:
        return [0] * len(shares)
    if whole < 0:
        shares, whole = [-share for share in shares], -whole
    divided = [divmod(abs(total) * share, whole) for share in shares]
    parts = [part for part, _ in divided]
    by_remainder = sorted(range(len(parts)), key=lambda place: -divided[place][1])
    for place in by_remainder[: abs(total) - sum(parts)]:
        parts[place] += 1
    return parts if total >= 0 else [-part for part in parts]


def _in_whole_numbers(weights: Sequence[int | Fraction]) -> list[int]:
    """In the same proportion: whole numbers are divided far faster than fractions."""
    if all(isinstance(weight, int) for weight in weights):
        return list(map(int, weights))
    common = math.lcm(*(weight.denominator for weight in weights))
    return [weight.numerator * (common // weight.denominator) for weight in weights]
