"""The shop's colours where they can be read: a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), of 3 for shapes."""

from collections.abc import Mapping

from orders.shop.keys import COLORS

PAPER, NIGHT = "#ffffff", "#16191f"
"""The background of e-mails and pages, by day and in dark mode."""
GROUND, GROUND_AT_NIGHT = "#f1f3f6", "#0b0d11"
"""The colour around an e-mail."""
_BLACK, _WHITE = "#000000", "#ffffff"
_PALE = "#eceef3"
_OF_A_GREY = 24
"""The parts of a grey differ by less, of 255."""
_OF_TEXT, _OF_SHAPES = 4.5, 3.0


def of(shop: Mapping[str, str]) -> dict[str, str]:
    """The shop's colours by name, and those that go with its accent; a text too pale to read has ours."""
    lamp = _lit(shop["accent"])
    return {
        "paper": PAPER,
        "night": NIGHT,
        "ground": GROUND,
        "ground_at_night": GROUND_AT_NIGHT,
        "text": _readable(shop, "text"),
        "quiet": _readable(shop, "quiet"),
        "line": shop["line"],
        "accent": shop["accent"],
        "on_accent": _upon(shop["accent"]),
        "accent_at_night": lamp,
        "on_accent_at_night": _upon(lamp),
    }


def contrast(one: str, other: str) -> float:
    """From 1 to 21, of two colours as `#rrggbb` (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _readable(shop: Mapping[str, str], name: str) -> str:
    return shop[name] if contrast(shop[name], PAPER) >= _OF_TEXT else COLORS[name]


def _upon(color: str) -> str:
    """White or black: one of them can be read upon any colour."""
    return _WHITE if contrast(color, _WHITE) >= _OF_TEXT else _BLACK


def _lit(color: str) -> str:
    """The colour, with as much white as it takes to be seen at night. A grey would look like a button that is off."""
    if contrast(color, NIGHT) < _OF_SHAPES and max(_parts(color)) - min(_parts(color)) < _OF_A_GREY:
        return _PALE
    shades = (_mixed(color, percent) for percent in range(0, 101, 5))
    return next(shade for shade in shades if contrast(shade, NIGHT) >= _OF_SHAPES)


def _mixed(color: str, white: int) -> str:
    """With so many percent of white."""
    return "#" + "".join(f"{part + (255 - part) * white // 100:02x}" for part in _parts(color))


def _luminance(color: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _parts(color: str) -> bytes:
    return bytes.fromhex(color.removeprefix("#"))
