"""The frame of every page: the shop's name, logo and colours, how to reach it, and what the page may load."""

import base64
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from orders.api.http import Answer, content_policy, preferences
from orders.api.pages import speech as speeches
from orders.api.pages.speech import Speech
from orders.order.order import Order
from orders.shop import colors
from orders.shop import shop as shops
from orders.shop.shop import Shop

HTML = "text/html; charset=utf-8"
MOST_LOGO_BYTES = 64 * 1024
"""Pages leave out a larger logo, since each of them contains it."""
_FOLDER = Path(__file__).parent
_BLANK = re.compile("{([a-z]+)}")
_KINDS = {".svg": "svg+xml", ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"}


def speech_for(headers: Mapping[str, str], order: Order | None = None) -> Speech:
    """The words in the order's language, or else in one that the reader asks for, or else in the shop's.

    `headers` are the request's, their names in lower case.

    Raises:
        Misconfigured: the shop's file, or that of the language, can't be used.
    """
    tags = [order.content.get("locale") if order else None, *preferences.languages(headers)]
    return speeches.of(tag for tag in [*tags, shops.configured().language] if tag)


def answer(status: int, speech: Speech, title: str, main: str, *, script: str = "", head: str = "") -> Answer:
    """The page as an answer. `title` is text, `main` and `head` are HTML.

    Raises:
        Misconfigured: the shop's file can't be used.
    """
    shop = shops.configured()
    page = template("layout.html").substitute(
        language=speech.language,
        direction=speech.direction,
        head=head,
        title=escape(f"{title} · {shop.name}" if shop.name else title),
        style=template("style.css").substitute(colors.of(shop.colors)),
        shop=_shop(shop),
        main=main,
        contact=_contact(shop, speech),
        script=f"<script>{script}</script>\n" if script else "",
    )
    policy = content_policy.of(page, *(["connect-src 'self'"] if script else []), *_pictures(shop))
    headers = {
        "Content-Security-Policy": policy,
        "Vary": "Accept, Accept-Language",
        "X-Robots-Tag": "noindex",
    }
    return Answer(status, page, headers, HTML)


@cache
def template(name: str) -> Template:
    """A file of this folder, in which `$name` is filled in."""
    return Template(text(name))


@cache
def text(name: str) -> str:
    """A file of this folder."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def filled(sentence: str, **values: str) -> str:
    """The sentence as HTML, its blanks filled in with HTML."""
    return _BLANK.sub(lambda blank: values.get(blank[1], blank[0]), escape(sentence))


def apart(text: str) -> str:
    """The text as HTML, in a direction of its own."""
    return f"<bdi>{escape(text)}</bdi>"


def _shop(shop: Shop) -> str:
    logo, name = _logo(shop), shop.name
    picture = f'<img src="{logo}" alt="">' if logo else ""
    return f"<header>{picture}{apart(name or '')}</header>\n" if logo or name else ""


def _pictures(shop: Shop) -> list[str]:
    return ["img-src data:"] if _logo(shop) else []


def _logo(shop: Shop) -> str | None:
    return _data_url(shop.logo) if shop.logo else None


@cache
def _data_url(logo: Path) -> str | None:
    """The logo as an address, as long as it is small. An `img` runs no script of an SVG file."""
    try:
        content = logo.read_bytes()
    except OSError:
        return None
    if len(content) > MOST_LOGO_BYTES:
        return None
    return f"data:image/{_KINDS[logo.suffix.lower()]};base64,{base64.b64encode(content).decode()}"


def _contact(shop: Shop, speech: Speech) -> str:
    ways = [f"<p>{filled(speech.pages['contact'], shop=apart(shop.name))}</p>"] if shop.name else []
    reached = [way for way in (shop.phone and _phone(shop.phone), shop.web and _web(shop.web, shop.web_url)) if way]
    ways += [f"<p>{' · '.join(reached)}</p>"] if reached else []
    return f"<footer>{''.join(ways)}</footer>\n" if ways else ""


def _phone(phone: str) -> str:
    """A link to dial it (RFC 3966), if it is a number."""
    number = re.sub(r"[\s().·/-]", "", phone)
    return f'<a href="tel:{number}">{apart(phone)}</a>' if re.fullmatch("[+]?[0-9]{3,20}", number) else apart(phone)


def _web(web: str, url: str | None) -> str:
    """A link, if it is an address."""
    return f'<a href="{escape(url)}" rel="noreferrer">{apart(web)}</a>' if url else apart(web)
