"""API Gateway's REST proxy event in, its answer out, every error as `application/problem+json` (RFC 9457).

Nothing here is kept between calls, so that handlers run side by side in the threads of one process.
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from orders import errors
from orders.order import MAX_BODY_BYTES

log = logging.getLogger(__name__)

Json = Mapping[str, Any]
Event = Mapping[str, Any]
LambdaHandler = Callable[[Event, Any], dict[str, Any]]

_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
RETRY_AFTER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Request:
    """`base_url` is the API's own address as the caller knows it, ending in a slash; header names are lower case."""

    headers: Mapping[str, str]
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    base_url: str

    def url(self, link: str) -> str:
        """The absolute form of a link that may be relative to the API's address."""
        return link if "://" in link else self.base_url + link

    def json(self) -> Any:
        """The document in the body.

        Raises:
            BodyTooLarge: it has more than 128 KiB.
            NotJson: it is not declared as JSON in UTF-8.
            MalformedJson: it is not JSON (RFC 8259), or an object in it has the same key twice.
        """
        if len(self.body) > MAX_BODY_BYTES:
            raise errors.BodyTooLarge(f"An order may have at most {MAX_BODY_BYTES:,} bytes.")
        if not _is_json(self.headers.get("content-type", "")):
            raise errors.NotJson("Send the order as JSON in UTF-8, with the header Content-Type: application/json.")
        if not self.body.strip():
            raise errors.MalformedJson("The body is empty.")
        try:
            return json.loads(
                self.body.decode(), object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant
            )
        except UnicodeDecodeError:
            raise errors.MalformedJson("The body is not UTF-8.") from None
        except RecursionError:
            raise errors.MalformedJson("The body is nested too deeply.") from None
        except ValueError as error:
            raise errors.MalformedJson(f"The body is not JSON: {error}") from None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def handler(routes: Mapping[str, Callable[[Request], Answer]]) -> LambdaHandler:
    """A Lambda handler that answers the routes it is given, each written as in `"GET /orders/{orderId}"`."""

    def handle(event: Event, _context: object) -> dict[str, Any]:
        try:
            answer = routes[f"{event['httpMethod']} {event['resource']}"](_request(event))
        except errors.OrdersError as error:
            answer = problem(error)
        except Exception:
            log.exception("unexpected error in %s %s", event.get("httpMethod"), event.get("resource"))
            answer = _UNEXPECTED.answer()
        return to_event(answer)

    return handle


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as the caller sees it. Where `detail` is given, it is the same for every such error."""

    status: int
    name: str
    title: str
    detail: str | None = None

    def answer(self, detail: str | None = None, **more: Any) -> Answer:
        body = {
            "type": f"urn:orders:problem:{self.name}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or detail or self.title,
            **more,
        }
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if self.status == 503 else {}
        return Answer(self.status, body, headers, "application/problem+json")


PROBLEMS: dict[type[errors.OrdersError], Problem] = {
    errors.MalformedJson: Problem(400, "malformed-json", "The body is not JSON"),
    errors.BadRequest: Problem(400, "bad-request", "The request can't be understood"),
    errors.UnknownOrder: Problem(404, "unknown-order", "Unknown order", "There is no such order."),
    errors.OrderConflict: Problem(
        409,
        "order-conflict",
        "The id is taken",
        "Another order was accepted under this id. Choose another id, or send the same order again.",
    ),
    errors.OrderFailed: Problem(
        409,
        "order-failed",
        "The order failed",
        "The receipt of this order could not be made. An operator can look at the reason and retry it.",
    ),
    errors.NotRetryable: Problem(409, "not-retryable", "The order can't be retried"),
    errors.BodyTooLarge: Problem(413, "body-too-large", "The body is too large"),
    errors.NotJson: Problem(415, "not-json", "The body is not declared as JSON"),
    errors.InvalidOrder: Problem(422, "invalid-order", "The order is not valid"),
    errors.Unavailable: Problem(
        503,
        "unavailable",
        "Not available right now",
        "Something that this call needs did not answer. Make the same call again: repeating it is safe.",
    ),
}
_UNEXPECTED = Problem(500, "unexpected", "Unexpected error", "Something unexpected went wrong.")


def problem(error: errors.OrdersError) -> Answer:
    """The answer to an error; the causes of an outage stay in the log."""
    if isinstance(error, errors.Unavailable):
        log.log(logging.ERROR if isinstance(error, errors.Misconfigured) else logging.WARNING, "unavailable: %s", error)
    kind = next((PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS), _UNEXPECTED)
    if isinstance(error, errors.InvalidOrder):
        wrong = [{"pointer": each.pointer, "detail": each.detail} for each in error.fields]
        return kind.answer("These fields are wrong: see errors.", errors=wrong)
    return kind.answer(str(error))


def _request(event: Event) -> Request:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    body = event.get("body") or ""
    return Request(
        headers=headers,
        path=event.get("pathParameters") or {},
        query=event.get("queryStringParameters") or {},
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass"),
        base_url=_base_url(event, headers),
    )


def _base_url(event: Event, headers: Mapping[str, str]) -> str:
    """The address before the route's own path: a stage or a base path may stand between it and the host."""
    context = event.get("requestContext") or {}
    host = headers.get("host") or context.get("domainName") or "localhost"
    steps = (context.get("path") or event["resource"]).split("/")
    base = "/".join(steps[: len(steps) - event["resource"].count("/")])
    scheme = "http" if headers.get("x-forwarded-proto") == "http" else "https"
    return f"{scheme}://{host}{base}/"


def to_event(answer: Answer) -> dict[str, Any]:
    """What API Gateway takes as a function's answer."""
    body = "" if answer.body is None else json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
    return {
        "statusCode": answer.status,
        "headers": {"Content-Type": answer.content_type, **_PRIVATE, **answer.headers},
        "body": body,
        "isBase64Encoded": False,
    }


def _is_json(content_type: str) -> bool:
    if content_type == "application/json":
        return True
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset")]
    return kind == "application/json" and set(charsets) <= {"utf-8", "utf8", "us-ascii"}


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("an object has the same key twice")
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
