"""Money: the currencies of ISO 4217 and amounts in whole minor units."""

from decimal import ROUND_HALF_UP, Decimal

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


def to_minor(amount: Decimal, currency: str) -> int:
    """The amount in whole minor units: `19.99` EUR is 1999, `500` JPY is 500.

    Raises:
        ValueError: the amount has more decimals than the currency.
    """
    minor = amount.scaleb(DECIMALS[currency])
    if minor != minor.to_integral_value():
        raise ValueError(f"{currency} has {DECIMALS[currency]} decimals")
    return int(minor)


def from_minor(minor: int, currency: str) -> Decimal:
    """The amount that so many minor units are, with all of the currency's decimals."""
    return Decimal(minor).scaleb(-DECIMALS[currency])


def tax_on(net: int, percent: Decimal) -> int:
    """The tax on `net` minor units, rounded half up to a whole minor unit."""
    return int((net * percent / 100).to_integral_value(ROUND_HALF_UP))
