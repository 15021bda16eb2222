"""The introduction of the OpenAPI document, and the ways to authenticate."""

from typing import Any

from orders.api.authority import Authority

TEXT = """\
A shop posts an order and gets an answer at once. Moments later, its customer has a PDF receipt behind a permanent \
link. Each download URL is valid for five minutes.

Requests and answers are JSON in UTF-8. An error is an `application/problem+json` document (RFC 9457). Its `type` \
names the kind of error and never changes. Instants are in UTC (RFC 3339). Amounts are decimals in strings.

HEAD works wherever GET does, and gets the same headers. If a path does not have the method of a request, the answer \
is 405, and the header `Allow` lists the methods that the path has.

It is safe to repeat any call. After 429 and 503, first wait for the number of seconds in `Retry-After`. A server that \
only its own machine can reach requires neither a key nor a login.

A server on one machine can also answer with problems that no route lists: `bad-host` and `not-http` (400); `foreign`, \
`proxied` and, for a signed link, `link-refused` (403); `too-slow` (408); `url-too-long` (414); \
`too-many-wrong-keys` (429); `headers-too-large` (431); `too-many-connections` (503).
"""
SECURITY: dict[Authority, dict[str, Any]] = {
    Authority.SHOP: {
        "type": "apiKey",
        "in": "header",
        "name": "x-api-key",
        "description": "The shop's API key.",
    },
    Authority.OPERATOR: {
        "type": "http",
        "scheme": "bearer",
        "description": "An operator's login: the ID token of a sign-in or, on one machine, an operator's key.",
    },
}
