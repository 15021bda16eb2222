"""What a download link answers when it has expired, was altered, or leads to a receipt that is lost."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from tests.acceptance.test_pages import browse, heading, is_safe
from tests.local.wall_clock import WallClock
from tests.support.api import Api
from tests.support.examples import ALICE
from tests.support.groups import ALONE
from tests.support.servers import serving

pytestmark = ALONE
EXPIRED, UNKNOWN = "This download link has expired", "No receipt is at this address"


@pytest.fixture
def api(tmp_path: Path, clock: WallClock) -> Iterator[Api]:
    with serving(tmp_path / "data", **clock.environment) as address:
        yield Api(address)


@pytest.fixture
def link(api: Api) -> str:
    api.post_order(ALICE)
    return str(api.signed_link(ALICE["orderId"]).body["signedReceiptUrl"])


def test_a_browser_is_told_that_a_link_has_expired_and_a_program_as_before(api: Api, link: str, clock: WallClock):
    assert browse(api, link).headers["Content-Type"] == "application/pdf"
    clock.move(timedelta(minutes=6))
    page = browse(api, link)

    assert (page.status, heading(page)) == (403, EXPIRED)
    assert is_safe(page)
    assert (api.get(link).status, api.get(link).problem) == (403, "link-refused")
    assert api.get(link).headers["Vary"] == "Accept"


def test_the_page_of_an_expired_link_does_not_have_the_permanent_one(api: Api, clock: WallClock):
    token = api.post_order(ALICE).body["receiptUrl"].rpartition("/")[2]
    link = api.signed_link(ALICE["orderId"]).body["signedReceiptUrl"]
    clock.move(timedelta(minutes=6))

    assert token.encode() not in browse(api, link).content
    assert token not in link


def test_an_expired_link_leads_back_to_a_fresh_one_in_the_browser_that_opened_the_permanent_link(
    api: Api, clock: WallClock
):
    permanent = api.post_order(ALICE).body["receiptUrl"]
    api.signed_link(ALICE["orderId"])  # waits until there is a receipt
    opened = browse(api, permanent)
    download, cookie = opened.headers["Location"], opened.headers["Set-Cookie"]
    clock.move(timedelta(minutes=6))
    page = browse(api, download, Cookie=cookie.partition(";")[0])
    (button,) = re.findall('<a class="button" href="([^"]+)">Get a new link</a>', page.content.decode())

    assert heading(page) == EXPIRED
    assert urljoin(download, button) == permanent
    assert browse(api, browse(api, permanent).headers["Location"]).headers["Content-Type"] == "application/pdf"
    assert {part.strip().partition("=")[0] for part in cookie.split(";")[1:]} == {
        "Path",
        "Max-Age",
        "HttpOnly",
        "SameSite",
    }
    assert f"Path={urlsplit(download).path}" in cookie


@pytest.mark.parametrize("cookie", ["receipt=12346/token", 'receipt=12345/"><b>', "receipt=//evil.example", "receipt="])
def test_a_forged_cookie_leads_nowhere(api: Api, link: str, clock: WallClock, cookie: str):
    clock.move(timedelta(minutes=6))
    page = browse(api, link, Cookie=cookie)

    assert heading(page) == EXPIRED
    assert "button" not in page.content.decode().partition("<main")[2]


@pytest.mark.parametrize(
    ("part", "other"), [("sha256=", "another"), ("12345-", "12346-"), ("/files/", "/file/"), ("expires=", "expires=9")]
)
def test_an_altered_link_is_no_expired_one(api: Api, link: str, clock: WallClock, part: str, other: str):
    """Not even later: nobody learns what of it was right."""
    altered = another_digest(link) if part == "sha256=" else link.replace(part, other)
    assert altered != link
    for moved_by in (timedelta(), timedelta(minutes=6)):
        clock.move(moved_by)
        page = browse(api, altered)
        assert (page.status, heading(page)) == (403, UNKNOWN)


def another_digest(link: str) -> str:
    """The link with another first digit in the SHA-256."""
    return re.sub("sha256=(.)", lambda found: f"sha256={'1' if found[1] == '0' else '0'}", link)


def test_a_lost_receipt_is_said_to_be_away_for_the_moment(api: Api, link: str, tmp_path: Path):
    (receipt,) = (tmp_path / "data").rglob("*.pdf")
    receipt.write_bytes(b"%PDF-")
    page = browse(api, link)

    assert (page.status, heading(page)) == (503, "The receipt is not available at the moment")
    assert int(page.headers["Retry-After"]) > 0
