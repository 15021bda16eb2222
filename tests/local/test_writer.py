"""Shared commits: durable or refused, for each who shared one."""

import fcntl
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orders.local.sqlite import turns
from orders.local.sqlite import writer as writer_module
from orders.local.sqlite.damage import Trust
from orders.local.sqlite.writer import Statement, Writer
from orders.order.errors import Unavailable, UnknownOrder

PUT = Statement("INSERT INTO texts (text) VALUES {rows}", 1)
MARK = Statement("INSERT INTO marks (text) VALUES {rows}", 1)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    connection = sqlite3.connect(tmp_path / "db", isolation_level=None, check_same_thread=False)
    connection.execute("CREATE TABLE texts (text)")
    connection.execute("CREATE TABLE marks (text)")
    opened = Writer(connection, tmp_path / "turns", Trust(tmp_path / "db"))
    yield opened
    opened.close()


def kept(folder: Path) -> list[str]:
    """What another process would read."""
    other = sqlite3.connect(folder / "db")
    texts = [text for (text,) in other.execute("SELECT text FROM texts ORDER BY text")]
    other.close()
    return texts


def test_what_many_threads_write_at_once_is_all_there(writer: Writer, tmp_path: Path):
    with ThreadPoolExecutor(32) as threads:
        written = list(threads.map(lambda n: writer.write((PUT, MARK)[n % 2], [(f"{n:03}",)]), range(400)))

    assert set(written) == {True}
    assert kept(tmp_path) == [f"{n:03}" for n in range(0, 400, 2)]


def test_who_shared_a_commit_is_told_of_it_though_others_came_meanwhile(writer: Writer, tmp_path: Path):
    """With one who comes during each commit, there would be no end of commits."""
    came_later = writer_module._Write(PUT, [("later",)])

    def write_all(writes: Sequence[writer_module._Write | writer_module._Step]) -> None:
        writer._waiting.append(came_later)
        write_these(writes)

    write_these, writer._write_all = writer._write_all, write_all  # type: ignore[method-assign]
    assert writer.write(PUT, [("first",)])

    assert kept(tmp_path) == ["first"]
    assert isinstance(came_later.outcome, Unavailable)


@pytest.mark.parametrize("text", ["\ud800", object()], ids=["surrogate", "object"])
def test_a_write_that_breaks_its_commit_is_refused_and_the_next_one_is_durable(
    writer: Writer, tmp_path: Path, text: object
):
    """Two kinds of write share a transaction: it must not stay open when one of them breaks."""
    first = writer_module._Write(PUT, [("neighbour",)])
    broken = writer_module._Write(MARK, [(text,)])
    writer._waiting.extend([first, broken])
    writer._commit_waiting()

    assert isinstance(first.outcome, Unavailable)
    assert isinstance(broken.outcome, Unavailable)
    assert first.outcome is not broken.outcome
    assert writer.write(PUT, [("next",)])
    assert kept(tmp_path) == ["next"]


def test_a_process_that_holds_the_database_for_ever_makes_writes_unavailable_not_endless(
    writer: Writer, tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(turns, "SECONDS_TO_WAIT", 0.05)
    with (tmp_path / "turns").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Unavailable, match="another process"):
            writer.write(PUT, [("late",)])

    assert writer.write(PUT, [("free",)])
    assert kept(tmp_path) == ["free"]


def number_after(connection: sqlite3.Connection) -> str:
    """A step that reads what it then writes: the next number."""
    (count,) = connection.execute("SELECT count(*) FROM texts").fetchone()
    connection.execute("INSERT INTO texts (text) VALUES (?)", (f"{count + 1:03}",))
    return f"{count + 1:03}"


def broken_after_a_write(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO texts (text) VALUES ('broken')")
    raise ValueError("no such thing")


def test_steps_of_many_threads_see_what_each_other_wrote(writer: Writer, tmp_path: Path):
    with ThreadPoolExecutor(16) as threads:
        numbers = list(threads.map(lambda _: writer.take(number_after, size=1), range(200)))

    assert sorted(numbers) == kept(tmp_path) == [f"{n:03}" for n in range(1, 201)]


def test_a_step_that_fails_writes_nothing_and_harms_nobody_who_shares_its_commit(writer: Writer, tmp_path: Path):
    put, broken = writer_module._Write(PUT, [("000",)]), writer_module._Step(broken_after_a_write, 1)
    numbered = writer_module._Step(number_after, 1)
    writer._waiting.extend([broken, put, numbered])
    writer._commit_waiting()

    assert (put.outcome, numbered.outcome) == (True, True)
    assert isinstance(broken.outcome, Unavailable)
    assert kept(tmp_path) == ["000", "002"]


def test_a_step_raises_its_own_error_to_its_caller(writer: Writer, tmp_path: Path):
    def refused(connection: sqlite3.Connection) -> None:
        number_after(connection)
        raise UnknownOrder

    with pytest.raises(UnknownOrder):
        writer.take(refused, size=1)
    with pytest.raises(Unavailable, match="no such thing"):
        writer.take(broken_after_a_write, size=1)
    assert not writer.has_failed
    assert kept(tmp_path) == []
    assert writer.write(PUT, [("next",)])


def test_a_step_in_which_the_file_fails_fails_everybody_who_shares_its_commit(writer: Writer, tmp_path: Path):
    def locked(connection: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    put, failed = writer_module._Write(PUT, [("000",)]), writer_module._Step(locked, 1)
    writer._waiting.extend([put, failed])
    writer._commit_waiting()

    assert isinstance(put.outcome, Unavailable)
    assert isinstance(failed.outcome, Unavailable)
    assert kept(tmp_path) == []
    assert writer.write(PUT, [("next",)])
