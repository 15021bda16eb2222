"""Every webhook endpoint has its turns, side by side with the others, and one at a time."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from orders.local.server import webhook_dispatcher
from orders.local.server.webhook_dispatcher import Calls, Dispatcher
from orders.order.errors import Unavailable

PATIENCE = 60


@pytest.fixture(autouse=True)
def _hurries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECONDS_BETWEEN_CHECKS", "SECONDS_BETWEEN_LOOKS", "SECONDS_AFTER_A_FAILURE"):
        monkeypatch.setattr(webhook_dispatcher, name, 0.01)


@dataclass
class Endpoints:
    """Those that are enabled and due, the turns that they had, and what happens in a turn."""

    enabled: list[str]
    turn: Callable[[str], bool] = lambda _endpoint_id: True
    due: set[str] = field(default_factory=set)
    turns: Counter[str] = field(default_factory=Counter)
    released: list[str] = field(default_factory=list)
    lock: threading.Condition = field(default_factory=threading.Condition)
    ended: list[str] = field(default_factory=list)

    def calls(self) -> Calls:
        return Calls(lambda: True, lambda: self.enabled, lambda each: each in self.due, self.take, self.released.append)

    def take(self, endpoint_id: str) -> bool:
        with self.lock:
            self.turns[endpoint_id] += 1
            self.lock.notify_all()
        return self.turn(endpoint_id)

    def wait(self, until: Callable[[Counter[str]], bool]) -> None:
        with self.lock:
            assert self.lock.wait_for(lambda: until(self.turns), PATIENCE), self.turns


@contextmanager
def dispatched(endpoints: Endpoints, longest: float = PATIENCE) -> Iterator[Dispatcher]:
    over, dispatcher = threading.Event(), Dispatcher(endpoints.calls(), longest, lambda: endpoints.ended.append("end"))
    thread = threading.Thread(target=dispatcher.run, args=(over.wait, lambda: None))
    thread.start()
    try:
        yield dispatcher
    finally:
        over.set()
        thread.join()


def test_an_endpoint_has_a_turn_whenever_it_is_due_and_others_have_none():
    endpoints = Endpoints(["due", "idle"], due={"due"})
    with dispatched(endpoints):
        endpoints.wait(lambda turns: turns["due"] >= 3)

    assert endpoints.turns["idle"] == 0


def test_no_endpoint_has_two_turns_at_once_and_none_waits_for_another():
    """Twenty hang in their turns. The last one has one turn after another all the same."""
    hung = [f"hung-{number}" for number in range(20)]
    go_on = threading.Event()
    endpoints = Endpoints([*hung, "good"], lambda each: each == "good" or go_on.wait(PATIENCE), {*hung, "good"})
    with dispatched(endpoints):
        endpoints.wait(lambda turns: turns["good"] >= 5 and all(turns[each] for each in hung))
        assert {endpoints.turns[each] for each in hung} == {1}
        go_on.set()
        endpoints.wait(lambda turns: all(turns[each] > 1 for each in hung))


def raises(_endpoint_id: str) -> bool:
    raise RuntimeError("a bug")


@pytest.mark.parametrize("turn", [raises, lambda _endpoint_id: False])
def test_a_turn_that_fails_gives_its_lease_back_and_is_repeated(turn: Callable[[str], bool]):
    endpoints = Endpoints(["a"], turn, {"a"})
    with dispatched(endpoints):
        endpoints.wait(lambda turns: turns["a"] >= 3)

    assert len(endpoints.released) >= 2


def test_a_turn_that_hangs_ends_the_process():
    go_on = threading.Event()
    endpoints = Endpoints(["a"], lambda _endpoint_id: go_on.wait(PATIENCE), {"a"})
    with dispatched(endpoints, longest=0):
        endpoints.wait(lambda turns: turns["a"] == 1)
        while not endpoints.ended:
            pass
        go_on.set()


def test_it_goes_on_while_the_database_does_not_answer():
    endpoints = Endpoints(["a"], due={"a"})
    answers = iter([Unavailable("locked")] * 3)

    def enabled() -> list[str]:
        for answer in answers:
            raise answer
        return ["a"]

    dispatcher = Dispatcher(Calls(lambda: True, enabled, lambda _each: True, endpoints.take, print), PATIENCE)
    beats = list[None]()
    dispatcher.run(lambda _seconds: bool(endpoints.turns), lambda: beats.append(None))

    assert len(beats) >= 4


def test_it_ends_when_no_endpoint_is_enabled_any_more_and_all_turns_are_over():
    go_on = threading.Event()
    endpoints = Endpoints(["a"], lambda _endpoint_id: go_on.wait(PATIENCE), {"a"})
    dispatcher = Dispatcher(endpoints.calls(), PATIENCE)
    looks = list[None]()

    def beat() -> None:
        looks.append(None)
        if endpoints.turns and endpoints.enabled:
            endpoints.enabled.clear()
            looks.clear()
        if len(looks) == 5:
            go_on.set()

    dispatcher.run(threading.Event().wait, beat)

    assert len(looks) >= 5
    assert dispatcher.finish(0)


def test_who_stops_waits_for_turns_but_not_for_ever():
    go_on = threading.Event()
    endpoints = Endpoints(["a"], lambda _endpoint_id: go_on.wait(PATIENCE), {"a"})
    with dispatched(endpoints) as dispatcher:
        endpoints.wait(lambda turns: turns["a"] == 1)

    assert not dispatcher.finish(0.01)
    go_on.set()
    assert dispatcher.finish(PATIENCE)
