"""`orders serve`: why it does not start, in one line."""

import sqlite3
from pathlib import Path

from tests.support.command import Done, Orders, Server


def assert_not_served(done: Done, reason: str) -> None:
    assert (done.code, done.stdout) == (1, "")
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_busy_port(orders: Orders, server: Server) -> None:
    assert_not_served(orders("serve", "--port", server.url.rpartition(":")[2]), "--port")


def test_a_folder_that_can_not_be_made(orders: Orders, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert_not_served(orders("serve", "--port", 0, "--data", "file/data"), "can't be used")


def test_a_folder_that_another_server_uses(orders: Orders, server: Server) -> None:
    assert_not_served(orders("serve", "--port", 0, "--data", server.data), "Another server is using")


def test_a_database_of_a_newer_version(orders: Orders, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "orders.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    assert_not_served(orders("serve", "--port", 0, "--data", tmp_path), "newer version")


def test_a_database_of_another_program(orders: Orders, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "orders.db")
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()

    assert_not_served(orders("serve", "--port", 0, "--data", tmp_path), "another program")


def test_a_file_that_is_no_database(orders: Orders, tmp_path: Path) -> None:
    (tmp_path / "orders.db").write_text("no database, but longer than a page header would be" * 100)

    assert_not_served(orders("serve", "--port", 0, "--data", tmp_path), "can't be opened")


def test_a_link_key_that_is_damaged(orders: Orders, tmp_path: Path) -> None:
    (tmp_path / "link.key").write_bytes(b"")

    assert_not_served(orders("serve", "--port", 0, "--data", tmp_path), "link.key is damaged")


def test_a_file_of_keys_that_is_damaged(orders: Orders, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("[{}]")

    assert_not_served(orders("serve", "--port", 0, "--data", tmp_path, "--host", "0.0.0.0"), "keys.json can't be read")
