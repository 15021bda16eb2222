"""What the page sees of Amazon Cognito: its sign-in page, its tokens, its sign-out; without a network.

https://docs.aws.amazon.com/cognito/latest/developerguide/userpool-endpoints-reference.html
"""

import base64
import hashlib
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import BrowserContext, Page, Route

DOMAIN, CLIENT = "https://sign-in.example", "the-page"
CODE, RENEWAL = "the-code", "the-refresh-token"
LET_IN = {"Access-Control-Allow-Origin": "*"}


@dataclass
class Cognito:
    """`token` is what it gives to who signs in, for so many seconds."""

    token: str
    seconds: int = 3600
    asked: list[dict[str, str]] = field(default_factory=list)
    """What came to the token endpoint."""
    revoked: list[str] = field(default_factory=list)
    """The tokens that were made worthless."""
    challenge: str = ""
    state: str = ""
    """That it is to answer with; the one it was given, if empty."""
    ends: bool = False
    """Whether a refresh token is refused."""

    def stand_in(self, context: BrowserContext, address: str) -> None:
        """Beside a page at this address, which knows of it as on AWS."""
        login = {"domain": DOMAIN, "clientId": CLIENT}
        context.route(f"{address}/config.json", lambda route: route.fulfill(json={"api": "", "login": login}))
        context.route(lambda url: url.partition("?")[0] == f"{address}/", _open_to_cognito)
        context.route(f"{DOMAIN}/oauth2/authorize?*", self._sign_in_page)
        context.route(f"{DOMAIN}/oauth2/token", self._tokens)
        context.route(f"{DOMAIN}/oauth2/revoke", self._revoke)
        context.route(f"{DOMAIN}/logout?*", lambda route: _show(route, "<h1>Signed out</h1>"))

    def _sign_in_page(self, route: Route) -> None:
        asked = dict(parse_qsl(urlsplit(route.request.url).query))
        assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid")
        assert asked["code_challenge_method"] == "S256"
        self.challenge = asked["code_challenge"]
        back = urlencode({"code": CODE, "state": self.state or asked["state"]})
        _show(route, f'<a href="{escape(asked["redirect_uri"])}?{escape(back)}">I am Maria</a>')

    def _tokens(self, route: Route) -> None:
        asked = dict(parse_qsl(route.request.post_data or ""))
        self.asked.append(asked)
        if not self._is_granted(asked):
            route.fulfill(status=400, json={"error": "invalid_grant"}, headers=LET_IN)
            return
        given: dict[str, Any] = {"id_token": self.token, "expires_in": self.seconds, "token_type": "Bearer"}
        route.fulfill(json=given | {"refresh_token": RENEWAL}, headers=LET_IN)

    def _revoke(self, route: Route) -> None:
        asked = dict(parse_qsl(route.request.post_data or ""))
        assert asked["client_id"] == CLIENT
        self.revoked.append(asked["token"])
        route.fulfill(status=200, headers=LET_IN)

    def _is_granted(self, asked: dict[str, str]) -> bool:
        if asked["grant_type"] == "refresh_token":
            return asked["refresh_token"] == RENEWAL and not self.ends
        verified = hashlib.sha256(asked["code_verifier"].encode()).digest()
        is_theirs = base64.urlsafe_b64encode(verified).decode().rstrip("=") == self.challenge
        return asked["code"] == CODE and is_theirs


def sign_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="I am Maria").click()


def _open_to_cognito(route: Route) -> None:
    """The page's own address, with the policy that it has on AWS."""
    answer = route.fetch()
    policy = answer.headers["content-security-policy"].replace("connect-src", f"connect-src {DOMAIN}")
    route.fulfill(response=answer, headers=answer.headers | {"content-security-policy": policy})


def _show(route: Route, html: str) -> None:
    route.fulfill(body=f"<!doctype html><html lang=en><title>Cognito</title>{html}", content_type="text/html")
