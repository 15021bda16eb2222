"""A long answer, sent part by part: others have their turn, and who has left is not answered."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message

from orders.api import http
from orders.api.authority import Authority
from orders.local.lambda_.template import Route
from orders.local.server import short_first
from orders.local.server.gateway import BrokenOff, Gateway
from orders.local.server.short_first import FEWEST, FIRST, MOST, SECONDS_A_PART, ShortFirst, fitting

PARTS = 5


class Function:
    """Answers in so many parts, and remembers where each began."""

    def __init__(self, broken_at: int = PARTS) -> None:
        self.asked: list[str | None] = []
        self.limits: list[int] = []
        self._broken_at = broken_at

    def invoke(self, event: Any) -> Any:
        self.asked.append(event["queryStringParameters"].get("cursor"))
        self.limits.append(int(event["queryStringParameters"]["limit"]))
        number = len(self.asked)
        if number > self._broken_at:
            return http.to_event(http.Answer(503))
        more = {http.NEXT_CURSOR: str(number)} if number < PARTS else {}
        return http.to_event(http.Answer(200, f"part {number};", more, http.CSV))


async def exported(
    function: Function,
    sent: list[Message],
    leaves: bool = False,
    method: str = "GET",
    query: bytes = b"",
    others: ShortFirst | None = None,
) -> None:
    """The export, to a reader who stays to its end or leaves after the first part."""
    said, gone = [{"type": "http.request", "body": b"", "more_body": False}], asyncio.Event()

    async def receive() -> Message:
        if said:
            return said.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if leaves and message.get("body"):
            gone.set()

    scope: dict[str, Any] = {
        "type": "http", "method": method, "path": "/operations/orders.csv", "query_string": query, "headers": [],
        "scheme": "http", "http_version": "1.1", "path_params": {}, "client": None,
    }  # fmt: skip
    route = Route("GET", "/operations/orders.csv", Authority.OPERATOR)
    await Gateway(route, function, others or ShortFirst())(scope, receive, send)  # type: ignore[arg-type]


def body(sent: list[Message]) -> str:
    return b"".join(message.get("body", b"") for message in sent).decode()


def test_the_parts_are_one_document_and_each_begins_where_the_last_one_ended():
    function, sent = Function(), list[Message]()
    asyncio.run(exported(function, sent))

    assert body(sent) == "part 1;part 2;part 3;part 4;part 5;"
    assert function.asked == [None, "1", "2", "3", "4"]
    assert not sent[-1].get("more_body")


def test_others_have_a_turn_between_two_parts():
    function, seen = Function(), list[int]()

    async def another() -> None:
        while len(function.asked) < PARTS:
            seen.append(len(function.asked))
            await asyncio.sleep(0)

    async def both() -> None:
        await asyncio.gather(exported(function, []), another())

    asyncio.run(both())

    assert set(seen) >= {1, 2, 3, 4}


def test_nothing_is_looked_up_for_a_reader_who_has_left():
    function = Function()
    asyncio.run(exported(function, [], leaves=True))

    assert len(function.asked) < PARTS


def test_head_gets_the_headers_and_looks_nothing_more_up():
    function, head, get = Function(), list[Message](), list[Message]()
    asyncio.run(exported(function, head, method="HEAD"))
    asyncio.run(exported(Function(), get))

    assert head[0] == get[0]
    assert body(head) == ""
    assert not head[-1].get("more_body")
    assert len(function.asked) == 1


def test_an_answer_that_can_not_be_had_to_its_end_has_no_end():
    sent = list[Message]()
    with pytest.raises(BrokenOff):
        asyncio.run(exported(Function(broken_at=2), sent))

    assert body(sent) == "part 1;part 2;"
    assert sent[-1]["more_body"]


def test_no_part_has_more_orders_than_take_a_moment():
    for query, first in ((b"", FIRST), (b"limit=2000", FIRST), (b"limit=3", 3)):
        function = Function()
        asyncio.run(exported(function, [], query=query))

        assert function.limits[0] == first
        assert max(function.limits) <= MOST


def test_a_part_that_took_long_is_followed_by_a_smaller_one():
    assert fitting(40, seconds=2 * SECONDS_A_PART) == 20
    assert fitting(20, seconds=SECONDS_A_PART / 2) == 40
    assert fitting(40, seconds=1) == FEWEST
    assert fitting(40, seconds=0) == MOST


def test_the_next_part_waits_until_the_short_requests_are_answered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(short_first, "SECONDS_BETWEEN", 60)
    function, others = Function(), ShortFirst()

    async def both() -> None:
        others.begins()
        export = asyncio.ensure_future(exported(function, [], others=others))
        while not others.held_back:
            await asyncio.sleep(0)
        assert len(function.asked) == 1
        others.ends()
        await export

    asyncio.run(both())

    assert len(function.asked) == PARTS


def test_a_short_request_that_takes_long_delays_each_part_only_for_a_while(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(short_first, "SECONDS_BETWEEN", 0.001)
    function, others = Function(), ShortFirst()
    others.begins()
    asyncio.run(exported(function, [], others=others))

    assert len(function.asked) == PARTS
    assert not others.held_back
