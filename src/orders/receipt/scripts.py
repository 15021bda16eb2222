"""Which fonts come first, for the scripts that have several."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from orders.order.posted import PostedOrder
from orders.receipt.typefaces import FAMILIES

HAN = {
    "ja": "Noto Sans JP",
    "ko": "Noto Sans KR",
    "zh-Hans": "Noto Sans SC",
    "zh-Hant": "Noto Sans TC",
}
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_TRADITIONAL = re.compile("zh-(Hant|TW|HK|MO)", re.IGNORECASE)

_ARABIC = ["Vazirmatn", "Noto Sans Arabic"]
RARE_ARABIC = re.compile(
    "[\u0620\u063b\u063c\u063e\u063f\u0659\u065c-\u065f\u0672\u0673\u0675-\u0678\u067a\u067b\u067d\u067f\u0680"
    "\u0682-\u0684\u0687\u068a-\u0690\u0692\u0694\u0697\u0699\u069b-\u069f\u06a2\u06a3\u06a5-\u06a8\u06ae\u06b0-\u06b4"
    "\u06b6-\u06b9\u06bb\u06bf\u06c4\u06c5\u06d1\u06d6-\u06db\u06df-\u06e8\u06ea-\u06ef\u06fa-\u06ff\u0750-\u0761"
    "\u0764-\u077f\u0870-\u08ff]"
)
"""What Vazirmatn has not. Noto Sans Arabic draws the dots apart from the letters, which takes long."""


def families(order: PostedOrder, also: str = "") -> Sequence[str]:
    """Every font, in the order in which the page tries them for this order's letters, and for the others of `also`."""
    return _families(tuple(arabic_fonts(order, also)), tuple(han_fonts(order)))


@cache
def _families(arabic: tuple[str, ...], han: tuple[str, ...]) -> Sequence[str]:
    """Fonts of one script each come last: they have signs that those before them draw better."""
    first = (
        "Noto Sans", *arabic, "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Bengali",
        "Noto Sans Tamil", "Noto Sans Thai", *han, "Noto Emoji",
    )  # fmt: skip
    return (*first, *(family for family in FAMILIES if family not in first))


def han_fonts(order: PostedOrder) -> list[str]:
    """The Chinese, Japanese and Korean ones: they draw the letters that they share differently.

    First the order's own, by its locale, or by letters that only Japanese or Korean has.
    """
    own = HAN[_writing(order)]
    return [own, *(font for font in HAN.values() if font != own)]


def arabic_fonts(order: PostedOrder, also: str = "") -> list[str]:
    """Both Arabic ones: from the first, text can be copied; the second has every letter, and dots apart from letters.

    An order with a letter that the first has not is set in the second, as no letter joins one of another font.
    """
    return _ARABIC[::-1] if RARE_ARABIC.search(written(order) + also) else _ARABIC


def _writing(order: PostedOrder) -> str:
    locale = order.locale or ""
    if (language := locale.partition("-")[0].lower()) in HAN:
        return language
    if language == "zh":
        return "zh-Hant" if _TRADITIONAL.match(locale) else "zh-Hans"
    letters = written(order)
    if _KANA.search(letters):
        return "ja"
    return "ko" if _HANGUL.search(letters) else "zh-Hans"


def written(order: PostedOrder) -> str:
    """All texts of an order that are printed."""
    names = (item.name for item in order.items)
    return "".join([order.customer_name, order.note or "", *names, *_since_version_4(order)])


def _since_version_4(order: PostedOrder) -> Iterator[str]:
    """The further texts. An order without them keeps its fonts, and so its receipt."""
    yield from filter(None, (order.order_number, order.customer_company, order.customer_reference))
    yield from filter(None, (order.customer_tax_id, order.tax_exemption_reason))
    for address in filter(None, (order.customer_address, order.delivery_address)):
        yield from address.lines
        yield from filter(None, (address.city, address.region, getattr(address, "name", None)))
    for item in order.items:
        yield from filter(None, (item.description, item.unit, item.discount and item.discount.name, item.tax_name))
        yield from (tax.name for tax in item.taxes)
    for charge in order.charges:
        yield from filter(None, (charge.name, charge.tax_name, *(tax.name for tax in charge.taxes)))
    yield from (discount.name for discount in order.discounts)
    yield from (tax.name for tax in order.taxes if tax.name)
    for payment in order.payments:
        yield from filter(None, (payment.label, payment.reference))
