"""The page to read: everything is on it, and it needs nothing from elsewhere."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

from orders.api.openapi.generated import DOCUMENT
from orders.api.openapi.routes import ROUTES
from orders.functions import describe_api

ANSWER = describe_api.handler({"httpMethod": "GET", "resource": "/docs", "path": "/docs", "headers": {}}, None)
PAGE = str(ANSWER["body"])


class Tags(HTMLParser):
    """The tags of the page and their attributes; those that are open at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(PAGE)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


TAGS = Tags().found


def values(name: str) -> list[str]:
    return [str(attributes[name]) for _, attributes in TAGS if name in attributes]


def test_it_loads_nothing_and_runs_nothing():
    assert not {tag for tag, _ in TAGS} & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not values("src")
    assert not re.search(r"@import|url\(", PAGE)


def test_its_links_stay_here():
    links = values("href")

    assert {link for link in links if not link.startswith("#")} == {"openapi.json"}
    assert {link[1:] for link in links if link.startswith("#")} <= set(values("id"))


def test_it_may_do_nothing_but_wear_its_style():
    style = re.findall(r"<style>(.*?)</style>", PAGE, re.S)[0]
    policy = ANSWER["headers"]["Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert not values("style")


def test_no_id_is_there_twice():
    ids = values("id")

    assert len(set(ids)) == len(ids)


def test_every_route_and_every_document_has_its_place():
    assert {route.name for route in ROUTES} | set(DOCUMENT["components"]["schemas"]) <= set(values("id"))


def test_headings_are_in_order_and_landmarks_are_there():
    tags = [tag for tag, _ in TAGS]
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert {"header", "nav", "main"} <= set(tags)
    assert ("html", {"lang": "en"}) in TAGS
