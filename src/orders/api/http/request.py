"""API Gateway's REST proxy event, and what a function needs of it."""

import base64
import codecs
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from orders.api.http import base_url
from orders.order import errors
from orders.order.history import PARTS_OF_THE_SYSTEM
from orders.order.posted import MAX_BODY_BYTES, TOO_LARGE

Event = Mapping[str, Any]
MOST_PARTS = 20_000
"""Lists and objects, three times as many as an order may have: a body has room for 130,000, which take 40 ms."""


@dataclass(frozen=True, slots=True)
class Request:
    """`base_url` is the address that links begin with, ending in a slash; header names are lower case.

    `query_values` has every value that a parameter was given, `query` the last; `operator` is the name of who has
    logged in, or "operator" where nobody has to. `key_id` is the id of the API key that the gateway has checked; the
    local edition, which keeps keys in another way, has none.
    """

    headers: Mapping[str, str]
    path: Mapping[str, str]
    query: Mapping[str, str]
    query_values: Mapping[str, Sequence[str]]
    body: bytes
    base_url: str
    operator: str
    key_id: str | None = None

    @property
    def cursor(self) -> str | None:
        return self.query.get("cursor")

    def url(self, link: str) -> str:
        """The absolute form of a link that may be relative to the API's address."""
        return link if "://" in link else self.base_url + link

    def json(self) -> Any:
        """The document in the body.

        Raises:
            BodyTooLarge: it has more bytes than an order may have.
            NotJson: it is not declared as JSON in UTF-8.
            MalformedJson: it is not JSON (RFC 8259), or an object in it has the same key twice.
        """
        if len(self.body) > MAX_BODY_BYTES:
            raise errors.BodyTooLarge(TOO_LARGE)
        if not _is_json(self.headers.get("content-type", "")):
            raise errors.NotJson("Send the body as JSON in UTF-8, with the header Content-Type: application/json.")
        if not self.body.strip():
            raise errors.MalformedJson("The body is empty.")
        return _document(self.body)


def route_of(event: Event) -> str:
    """The route that answers this call, as in `GET /orders/{orderId}`. HEAD is answered as GET (RFC 9110, 9.3.2)."""
    method = event.get("httpMethod")
    return f"{'GET' if method == 'HEAD' else method} {event.get('resource')}"


def request_id(event: Event) -> str | None:
    """The gateway's own id of this call. Callers find it in the header `x-amz-apigw-id` of the answer.

    A caller can choose the other one, `requestId`, by a header of its request.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-access-logging.html
    """
    own: str | None = (event.get("requestContext") or {}).get("extendedRequestId")
    return own


def from_event(event: Event) -> Request:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    body = event.get("body") or ""
    return Request(
        headers=headers,
        path=event.get("pathParameters") or {},
        query=event.get("queryStringParameters") or {},
        query_values=event.get("multiValueQueryStringParameters") or {},
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass"),
        base_url=base_url.of(event, headers),
        operator=_operator(event),
        key_id=_key_id(event),
    )


def _operator(event: Event) -> str:
    """The name in the login that the gateway has checked, if the route requires one; always a person's.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
    """
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    name = str((authorizer.get("claims") or {}).get("cognito:username") or "operator")
    return f"operator {name}" if name in PARTS_OF_THE_SYSTEM else name


def _key_id(event: Event) -> str | None:
    """As API Gateway states it, where the route requires a key.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
    """
    identity = (event.get("requestContext") or {}).get("identity") or {}
    key_id: str | None = identity.get("apiKeyId")
    return key_id


def _is_json(content_type: str) -> bool:
    if content_type == "application/json":
        return True
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset")]
    return kind == "application/json" and set(charsets) <= {"utf-8", "utf8", "us-ascii"}


def _document(body: bytes) -> Any:
    if body.count(b"[") + body.count(b"{") > MOST_PARTS:
        raise errors.MalformedJson(f"The body has more than {MOST_PARTS:,} lists and objects, or is nested too deeply.")
    if body.startswith(codecs.BOM_UTF8):
        raise errors.MalformedJson("The body begins with a byte order mark. Send UTF-8 without one.")
    try:
        return _DECODER.decode(body.decode())
    except UnicodeDecodeError:
        raise errors.MalformedJson("The body is not UTF-8.") from None
    except RecursionError:
        raise errors.MalformedJson("The body is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise errors.MalformedJson(f"The body is not JSON: {error}") from None
    except ValueError:
        raise errors.MalformedJson("The body is not JSON: a number has thousands of digits.") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise errors.MalformedJson("The body is not JSON: an object has the same key twice")
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise errors.MalformedJson(f"The body is not JSON: {name} is not a JSON value")


_DECODER = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
"""`json.loads` makes a new one for each call, which takes as long as a small order."""
