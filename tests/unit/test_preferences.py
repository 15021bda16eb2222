"""Browsers get pages, programs get JSON, and both in the language that they ask for."""

import pytest

from orders.api.http import preferences

CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    "accept",
    [
        CHROMIUM,
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/html",
        "TEXT/HTML; charset=utf-8",
        "text/html, */*",
        "application/json;q=0.5, text/html",
    ],
)
def test_a_browser_gets_html(accept: str):
    assert preferences.prefers_html({"accept": accept})


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "text/*",
        "application/json",
        "application/json, text/html",
        "application/problem+json, text/html",
        "application/json, text/html;q=0.9",
        "*/*, text/html;q=0.5",
        "text/html;q=0",
        "text/html;q=0, */*",
        "text/htmlx",
        ",;q=1,",
    ],
)
def test_a_program_gets_json(accept: str | None):
    assert not preferences.prefers_html({} if accept is None else {"accept": accept})


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", []),
        ("de", ["de"]),
        ("de-AT,de;q=0.9,en;q=0.8", ["de-at", "de", "en"]),
        ("en;q=0.2, fr;q=0.7, *;q=0.1", ["fr", "en", "*"]),
        ("de;q=0, fr", ["fr"]),
        ("de;q=nonsense;q=0.5, fr;q=0.6", ["fr", "de"]),
    ],
)
def test_the_most_welcome_language_comes_first(header: str, tags: list[str]):
    assert preferences.languages({"accept-language": header}) == tags


def test_of_an_endless_header_only_the_beginning_is_read():
    assert len(preferences.languages({"accept-language": ",".join(f"a{number}" for number in range(5000))})) == 50
