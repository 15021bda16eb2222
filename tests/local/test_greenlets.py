"""Handlers that wait for something that is done once for all of them."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from greenlet import getcurrent, greenlet

from orders.local import greenlets
from orders.local.greenlets import Together

SECONDS = 60


class Event(dict[str, object]):
    """An event or an answer, which can be watched."""


@contextmanager
def together(action: Callable[[], None]) -> Iterator[Together]:
    shared = Together(action)
    yield shared
    shared.close()


def assert_acquired(turn: threading.Semaphore) -> None:
    assert turn.acquire(timeout=SECONDS)


async def under_way(*waiting: "asyncio.Future[None]") -> None:
    """Let these handlers come to where they wait."""
    for _ in range(5):
        await asyncio.sleep(0)
    assert not any(each.done() for each in waiting)


def test_while_the_disk_syncs_who_only_reads_is_answered():
    synced, began = threading.Event(), threading.Event()

    def sync() -> None:
        began.set()
        assert synced.wait(SECONDS)

    async def serve() -> None:
        writer = asyncio.ensure_future(greenlets.run(commit.join))
        await asyncio.to_thread(began.wait, SECONDS)
        assert await greenlets.run(lambda: "read") == "read"
        await under_way(writer)
        synced.set()
        await writer

    with together(sync) as commit:
        asyncio.run(serve())


def test_who_comes_while_it_is_done_waits_for_the_next_time_with_all_others():
    times, turn = list[int](), threading.Semaphore(0)

    def act() -> None:
        assert_acquired(turn)
        times.append(len(times))

    async def serve() -> None:
        first = asyncio.ensure_future(greenlets.run(commit.join))
        await under_way(first)
        others = [asyncio.ensure_future(greenlets.run(commit.join)) for _ in range(10)]
        await under_way(first, *others)
        turn.release()
        await first
        await under_way(*others)
        turn.release()
        await asyncio.gather(*others)

    with together(act) as commit:
        asyncio.run(serve())

    assert times == [0, 1]


def test_those_who_come_at_once_share_it():
    times = list[None]()

    async def serve() -> None:
        await asyncio.gather(*(greenlets.run(commit.join) for _ in range(100)))

    with together(lambda: times.append(None)) as commit:
        asyncio.run(serve())

    assert len(times) == 1


def test_what_goes_wrong_in_it_reaches_all_who_share_it_and_the_next_time_is_as_if_nothing_had_been():
    wrong = [MemoryError("no room"), None]

    def act() -> None:
        if error := wrong.pop(0):
            raise error

    async def serve() -> None:
        shared = [asyncio.ensure_future(greenlets.run(commit.join)) for _ in range(3)]
        assert [str(each) for each in await asyncio.gather(*shared, return_exceptions=True)] == ["no room"] * 3
        await greenlets.run(commit.join)

    with together(act) as commit:
        asyncio.run(serve())

    assert not wrong


def test_outside_of_handlers_it_is_done_at_once():
    times = list[None]()
    with together(lambda: times.append(None)) as commit:
        commit.join()
        commit.join()

    assert len(times) == 2


def test_what_a_handler_raises_reaches_its_caller_after_the_wait():
    def handle() -> None:
        commit.join()
        raise LookupError("no such order")

    with together(lambda: None) as commit, pytest.raises(LookupError, match="no such order"):
        asyncio.run(greenlets.run(handle))


def test_one_greenlet_does_the_work_of_one_call_after_another():
    async def serve() -> None:
        assert await greenlets.run(getcurrent) is await greenlets.run(getcurrent)

    asyncio.run(serve())


def test_what_one_handler_raises_leaves_the_next_one_alone():
    def fail() -> None:
        raise LookupError("no such order")

    async def serve() -> None:
        with pytest.raises(LookupError):
            await greenlets.run(fail)
        assert await greenlets.run(lambda: "answer") == "answer"

    asyncio.run(serve())


def test_a_caller_who_leaves_while_it_is_done_takes_no_neighbour_along():
    turn = threading.Semaphore(0)

    async def serve() -> None:
        leaving, staying = (asyncio.ensure_future(greenlets.run(commit.join)) for _ in range(2))
        await under_way(leaving, staying)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        turn.release()
        await staying
        turn.release()
        await greenlets.run(commit.join)

    with together(lambda: assert_acquired(turn)) as commit:
        asyncio.run(serve())


def test_a_greenlet_without_work_keeps_nothing_of_its_last_caller():
    async def serve() -> "list[weakref.ref[Event]]":
        sent = Event()
        answered = await greenlets.run(lambda event: Event(event), sent)
        return [weakref.ref(sent), weakref.ref(answered)]

    assert [each() for each in asyncio.run(serve())] == [None, None]


def test_after_a_crowd_only_some_greenlets_are_kept():
    crowd = list["weakref.ref[greenlet]"]()

    async def serve() -> None:
        await asyncio.gather(*(greenlets.run(handle) for _ in range(greenlets.MOST_IDLE + 50)))

    def handle() -> None:
        crowd.append(weakref.ref(getcurrent()))
        commit.join()

    with together(lambda: None) as commit:
        asyncio.run(serve())

    assert sum(each() is not None for each in crowd) == greenlets.MOST_IDLE


def test_the_greenlet_of_a_caller_who_left_ends():
    turn, left = threading.Semaphore(0), list["weakref.ref[greenlet]"]()

    def handle() -> None:
        left.append(weakref.ref(getcurrent()))
        commit.join()

    async def serve() -> None:
        leaving = asyncio.ensure_future(greenlets.run(handle))
        await under_way(leaving)
        leaving.cancel()
        await asyncio.wait([leaving])
        turn.release()

    with together(lambda: assert_acquired(turn)) as commit:
        asyncio.run(serve())
        gc.collect()

    assert left[0]() is None
