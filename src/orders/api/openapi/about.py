"""What there is to say of the API as a whole."""

from typing import Any

from orders.api.authority import Authority

TEXT = """\
A shop posts an order and is answered at once; moments later its customer has a PDF receipt, behind a permanent link. \
Each download URL is valid for five minutes.

JSON in, JSON out, in UTF-8. An error is an `application/problem+json` (RFC 9457): its `type` says which one, and \
never changes. Where a path has no such method, the answer is 405, and its header `Allow` says which there are. \
Instants are in UTC (RFC 3339), amounts are decimals in strings.

Every call may be repeated: nothing is done twice. After 429 and 503, wait for as many seconds as `Retry-After` says. \
A server that only its own machine can reach asks for neither key nor login.

A server on one machine also answers problems that no route lists: `bad-host` and `not-http` (400); `foreign`, \
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
