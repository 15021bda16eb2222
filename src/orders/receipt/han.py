"""Which of the Chinese, Japanese and Korean fonts comes first: they draw the letters that they share differently."""

import re

from orders.order import Order

FONTS = {
    "ja": "Noto Sans JP",
    "ko": "Noto Sans KR",
    "zh-Hans": "Noto Sans SC",
    "zh-Hant": "Noto Sans TC",
}
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_TRADITIONAL = re.compile("zh-(Hant|TW|HK|MO)")


def fonts(order: Order) -> list[str]:
    """All of them, the order's own first: by its locale, or by letters that only Japanese or Korean has."""
    own = FONTS[_writing(order)]
    return [own, *(font for font in FONTS.values() if font != own)]


def _writing(order: Order) -> str:
    locale = order.locale or ""
    if (language := locale.partition("-")[0]) in FONTS:
        return language
    if language == "zh":
        return "zh-Hant" if _TRADITIONAL.match(locale) else "zh-Hans"
    letters = "".join([order.customer_name, order.note or "", *(item.name for item in order.items)])
    if _KANA.search(letters):
        return "ja"
    return "ko" if _HANGUL.search(letters) else "zh-Hans"
