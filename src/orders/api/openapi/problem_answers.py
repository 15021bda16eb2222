"""The problems that each route can answer with (RFC 9457)."""

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from orders.api.authority import Authority
from orders.api.http import PROBLEMS, Answer, problem, refusals
from orders.api.http.problems import UNEXPECTED
from orders.api.openapi.route import Route
from orders.order import errors
from orders.order.figures import Remaining

CONTENT_TYPE = "application/problem+json"
HEADERS = {401: ("WWW-Authenticate",), 405: ("Allow",), 429: ("Retry-After",), 503: ("Retry-After",)}
"""The headers of a problem's answer, by its status."""
ANYWHERE = (refusals.TOO_MANY_REQUESTS, UNEXPECTED, PROBLEMS[errors.Unavailable])
REFUSALS = {
    Authority.SHOP: [refusals.FORBIDDEN],
    Authority.OPERATOR: [refusals.LOGIN_REQUIRED],
}


class WrongField(TypedDict):
    """A field that is wrong."""

    pointer: str
    detail: str


class Problem(TypedDict):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[WrongField]]
    remaining: NotRequired[Remaining]


def of(route: Route) -> list[Answer]:
    """The answers of all problems that this route can answer with, by rising status."""
    of_gateway = [*REFUSALS.get(route.authority, ()), *ANYWHERE]
    if "{" in route.path:
        of_gateway.append(refusals.NOT_FOUND)
    answers = [*map(problem, route.problems), *(each.answer() for each in of_gateway)]
    return sorted(answers, key=lambda answer: answer.status)


def pages_of(route: Route) -> set[int]:
    """The statuses that a browser gets as pages: those of the route's own problems, and of an outage."""
    if not route.has_pages:
        return set()
    return {*(problem(error).status for error in route.problems), PROBLEMS[errors.Unavailable].status}


def shared() -> dict[str, Answer]:
    """The problems that are the same wherever they are answered, and alone in their status."""
    return {
        "login-required": refusals.LOGIN_REQUIRED.answer(),
        "key-required": refusals.FORBIDDEN.answer(),
        "method-not-allowed": refusals.METHOD_NOT_ALLOWED.answer(),
        **{each.name: each.answer() for each in ANYWHERE},
    }


def name(answer: Answer) -> str:
    """The last part of its type."""
    assert isinstance(answer.body, dict)  # noqa: S101 - a problem's answer is a document
    return str(answer.body["type"]).rpartition(":")[2]


def titles(answers: Iterable[Answer]) -> str:
    """The titles in one sentence, such as: Unknown order, or not found."""
    first, *others = (str(answer.body["title"]) for answer in answers if isinstance(answer.body, dict))
    return "".join([first, *(f", or {title[:1].lower()}{title[1:]}" for title in others), "."])
