"""Keys: made, shown once, two at a time, removed; by the command and under a server that goes on."""

import json
import os
import pty
import re
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.local.starts import refusal
from tests.support.api import Api
from tests.support.command import run
from tests.support.servers import address_of, clean_environment, command, serving, start

from orders.api.authority import Authority
from orders.local.server.keys import KeyRing, TooManyKeys, id_of


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys.json")


def holder(ring: KeyRing, kind: Authority, secret: str) -> str | None:
    """Whose key this is."""
    key = ring.find(kind, secret)
    return key.name if key else None


def test_a_key_opens_what_it_was_made_for_and_nothing_else(ring: KeyRing):
    shop, maria = ring.make(Authority.SHOP, "shop"), ring.make(Authority.OPERATOR, "maria")

    assert (holder(ring, Authority.SHOP, shop), holder(ring, Authority.OPERATOR, maria)) == ("shop", "maria")
    for kind, secret in [
        (Authority.OPERATOR, shop),
        (Authority.SHOP, maria),
        (Authority.SHOP, ""),
        (Authority.SHOP, "\udcff"),
    ]:
        assert holder(ring, kind, secret) is None


def test_a_holder_has_two_keys_at_most_so_that_one_can_be_rotated(ring: KeyRing):
    old, new = ring.make(Authority.SHOP, "shop"), ring.make(Authority.SHOP, "shop")
    with pytest.raises(TooManyKeys, match="remove the one"):
        ring.make(Authority.SHOP, "shop")
    assert holder(ring, Authority.SHOP, old) == holder(ring, Authority.SHOP, new) == "shop"

    assert ring.remove(ring.all()[0].id)
    assert not ring.remove("no such id")
    assert (holder(ring, Authority.SHOP, old), holder(ring, Authority.SHOP, new)) == (None, "shop")


def test_the_file_is_its_owners_only_and_holds_no_key(ring: KeyRing, tmp_path: Path):
    secret = ring.make(Authority.SHOP, "shop")
    file = tmp_path / "keys.json"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret not in file.read_text()
    assert secret.split("_", 2)[2] not in file.read_text()
    assert id_of(secret) in file.read_text()
    assert set(json.loads(file.read_text())[0]) == {"id", "kind", "name", "sha256", "made_at"}


def test_the_first_keys_are_shown_once_on_a_terminal(tmp_path: Path):
    shown = []
    for _ in range(2):
        terminal, its_end = pty.openpty()
        with subprocess.Popen(
            command(tmp_path, "--host", "0.0.0.0"), env=clean_environment(), stdout=its_end
        ) as server:
            os.close(its_end)
            shown.append(told_on(terminal, "Ctrl-C"))
            server.terminate()
        os.close(terminal)

    assert "shown only once" in shown[0]
    assert "operator_" in shown[0]
    assert "ORDERS_API_KEY=shop_" in shown[0]
    assert "keys list" in shown[1]
    assert "shop_" not in shown[1]
    assert not (tmp_path / "first-keys.txt").exists()
    assert len(KeyRing(tmp_path / "keys.json").all()) == 2


def told_on(terminal: int, last: str) -> str:
    """What is shown on this terminal, up to the empty line behind the one with `last`."""
    text = ""
    while not re.search(rf"{last}(.|\n)*\r\n\r\n$", text):
        text += os.read(terminal, 4096).decode()
    return text


def test_where_no_terminal_shows_them_the_first_keys_are_in_a_file_of_their_owners(tmp_path: Path):
    victim = tmp_path / "victim"
    victim.write_text("theirs")
    (tmp_path / "first-keys.txt").symlink_to(victim)
    assert "first-keys.txt is a symbolic link" in refusal(tmp_path)
    (tmp_path / "first-keys.txt").unlink()
    with start(tmp_path, "--host", "0.0.0.0") as server:
        address_of(server)
        server.terminate()
        assert server.stdout
        shown = server.stdout.read()

    file = tmp_path / "first-keys.txt"
    assert stat.S_IMODE(file.lstat().st_mode) == 0o600
    assert victim.read_text() == "theirs"
    assert str(file) in shown
    assert not re.search("(shop|operator)_", shown)
    ring, kept = KeyRing(tmp_path / "keys.json"), dict(line.split() for line in file.read_text().splitlines())
    assert {holder(ring, Authority(kind), secret) for kind, secret in kept.items()} == {"shop", "operator"}


def test_a_key_is_rotated_while_the_server_goes_on(ring: KeyRing, tmp_path: Path):
    def keys(*arguments: str) -> str:
        done = run(("keys", *arguments, "--data", tmp_path), "", {}, tmp_path)
        assert done.code == 0, done.stderr
        return done.stdout.strip()

    old = keys("make", "shop")
    with serving(tmp_path, "--ask-for-keys") as address:
        assert Api(address, old).get("/orders/x").status == 404
        new = keys("make", "shop")
        assert Api(address, new).get("/orders/x").status == 404
        keys("remove", keys("list").split()[0])
        assert Api(address, old).get("/orders/x").status == 403
        assert Api(address, new).get("/orders/x").status == 404

    assert old not in keys("list")


def test_keys_that_can_not_be_read_any_more_shut_the_doors_in_words(ring: KeyRing, tmp_path: Path):
    key, login = ring.make(Authority.SHOP, "shop"), ring.make(Authority.OPERATOR, "maria")
    kept = (tmp_path / "keys.json").read_text()
    with serving(tmp_path, "--ask-for-keys") as address:
        api = Api(address, key, login=login)
        for damaged in ("{bad", "[" * 100_000, kept.replace('"sha256": "', '"sha256": "\u00e9')):
            (tmp_path / "keys.json").write_text(damaged)
            assert (api.get("/orders/x").status, api.get("/orders/x").problem) == (503, "unavailable")
            assert api.get("/operations/summary").problem == "unavailable"
        (tmp_path / "keys.json").write_text(kept)
        assert api.get("/orders/x").status == 404


def test_of_keys_that_are_made_and_removed_at_once_none_is_lost_and_none_comes_back(tmp_path: Path):
    def ring() -> KeyRing:
        return KeyRing(tmp_path / "keys.json")

    removed = [ring().make(Authority.OPERATOR, f"gone {number}") for number in range(8)]
    ids = [key.id for key in ring().all()]
    with ThreadPoolExecutor(16) as threads:
        made = [threads.submit(ring().make, Authority.OPERATOR, f"new {number}") for number in range(8)]
        gone = [threads.submit(ring().remove, key_id) for key_id in ids]
        secrets = [each.result() for each in made]
        assert all(each.result() for each in gone)

    assert {holder(ring(), Authority.OPERATOR, secret) for secret in secrets} == {f"new {n}" for n in range(8)}
    assert {holder(ring(), Authority.OPERATOR, secret) for secret in removed} == {None}


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("make", "operator", "--data", "elsewhere"), "There is no data folder elsewhere"),
        (("list", "--data", "elsewhere"), "There is no data folder elsewhere"),
        (("make", "operator", "--name", "process", "--data", "."), "Choose another name"),
        (("make", "operatr", "--data", "."), "shop"),
        (("remove", "12345678", "--data", "."), "There is no such key"),
    ],
)
def test_what_can_not_be_done_with_keys_is_told_in_a_line_and_makes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], advice: str
):
    done = run(("keys", *arguments), "", {}, tmp_path)

    assert done.code in {1, 2}
    assert advice in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "keys.json").exists()
