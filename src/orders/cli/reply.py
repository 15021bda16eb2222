"""An answer of the server, and the error that it means."""

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orders.cli.exits import ExitCode, NotNow, Stop

TRY_AGAIN = frozenset({429, 502, 503, 504})
"""The request is not at fault: the same one may succeed later."""

_NOT_ABOUT_KEYS = frozenset({"urn:orders:problem:proxied", "urn:orders:problem:foreign"})
_TOO_MANY_WRONG_KEYS = "urn:orders:problem:too-many-wrong-keys"
_LONGEST_PAUSE = 30.0
_POSITION = re.compile(r": line \d+ column \d+ \(char \d+\)$")


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP response; header names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_replay(self) -> bool:
        return self.headers.get("Idempotent-Replayed") == "true"

    def document(self) -> dict[str, Any]:
        """The JSON object in the body.

        Raises:
            Stop: the body has none, so this is not an orders server.
        """
        try:
            document = json.loads(self.body)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise Stop(
                f"The program at this address is not an orders server (it answers HTTP {self.status}). Check --url.",
                ExitCode.UNAVAILABLE,
            )
        return document

    def reason(self) -> str:
        """Why the server refused the request. The same reason always has the same words."""
        return self._said(_in_any_item)

    def _said(self, field: Callable[[str], str]) -> str:
        """The server's words; `field` names the field of a JSON pointer."""
        problem = self.document()
        errors = problem.get("errors")
        if errors and "remaining" in problem:
            return _more_than_remains(problem)
        if errors:
            return "; ".join(f"{field(error['pointer'])}: {error['detail']}" for error in errors)
        said = problem.get("detail") or problem.get("title") or problem.get("message") or f"HTTP {self.status}"
        return _POSITION.sub("", str(said))

    def refusal(self) -> Stop:
        """The error that this answer means."""
        if self.status in TRY_AGAIN:
            return NotNow(self._not_now(), self._retry_after)
        reason = self._said(_field).removesuffix(".")
        if self.status == 403 and self.document().get("type") not in _NOT_ABOUT_KEYS:
            return Stop(f"{reason}. The commands take the API key from ORDERS_API_KEY.", ExitCode.REFUSED)
        if self.status == 401:
            return Stop(
                f"{reason}. The commands take the operator's key or login from ORDERS_OPERATOR_TOKEN.", ExitCode.REFUSED
            )
        if self.status == 404 and self.document().get("type") == "urn:orders:problem:unknown-order":
            return Stop(f"{reason}. `orders list` shows all orders.", ExitCode.UNKNOWN_ORDER)
        if self.status == 404 and self.document().get("type") == "urn:orders:problem:unknown-webhook":
            return Stop(f"{reason}. `orders webhooks list` shows all endpoints.", ExitCode.REFUSED)
        return Stop(f"{reason}.", ExitCode.REFUSED)

    def _not_now(self) -> str:
        """After too many wrong keys, the server's own words say what to correct. Everything else passes by itself."""
        with contextlib.suppress(Stop):
            if self.document().get("type") == _TOO_MANY_WRONG_KEYS:
                return self.reason()
        return f"The server can't answer now (HTTP {self.status}). Try again later."

    @property
    def _retry_after(self) -> float | None:
        """In seconds, at most 30."""
        seconds = self.headers.get("Retry-After", "")
        return min(float(seconds), _LONGEST_PAUSE) if re.fullmatch("[0-9]{1,9}", seconds) else None


@contextlib.contextmanager
def understood() -> Iterator[None]:
    """For the code that reads the fields of an answer.

    Raises:
        Stop: one is missing or has another type, so this is not an orders server.
    """
    try:
        yield
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError):
        raise Stop(
            "The program at this address is not an orders server, or has another version. Check --url.",
            ExitCode.UNAVAILABLE,
        ) from None


def _more_than_remains(problem: Mapping[str, Any]) -> str:
    """In full sentences: the errors name the line or charge by its position, as the command does."""
    said = "; ".join(f"The refund {error['detail']}" for error in problem["errors"])
    return f"{said}. What remains of the order is {problem['remaining']['payable']}"


def _field(pointer: str) -> str:
    """`items/3/name` for `#/items/3/name`."""
    return pointer.removeprefix("#")[1:].replace("~1", "/").replace("~0", "~") or "the order"


def _in_any_item(pointer: str) -> str:
    """`items/*/name` for `#/items/3/name`: the same for every item."""
    return _field(re.sub(r"/\d+(?=/|$)", "/*", pointer))
