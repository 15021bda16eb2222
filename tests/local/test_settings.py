"""`orders serve` without options: the environment says where to listen, and which files have the keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.api import Api
from tests.support.command import Done, run
from tests.support.examples import ALICE
from tests.support.servers import address_of, serving, start

from orders.cli.client import connect
from orders.cli.exits import Stop
from orders.local.server import key_files
from orders.order.errors import Misconfigured

SHOP_KEY, OTHER_SHOP_KEY, OPERATOR_KEY = "s" * 32, "t" * 64, "o" * 40


@pytest.fixture
def files_of_keys(tmp_path: Path) -> dict[str, str]:
    """Two keys of the shop, as while one is replaced, and one of an operator."""
    (shop := tmp_path / "shop-key").write_text(f"{SHOP_KEY}\n\n{OTHER_SHOP_KEY}\n")
    (operator := tmp_path / "operator-key").write_text(OPERATOR_KEY)
    return {"ORDERS_SHOP_KEY_FILE": str(shop), "ORDERS_OPERATOR_KEY_FILE": str(operator)}


@pytest.fixture
def keyed(tmp_path: Path, files_of_keys: dict[str, str]) -> Iterator[str]:
    with serving(tmp_path / "data", **files_of_keys) as address:
        yield address


def orders(folder: Path, *arguments: object, **environment: str) -> Done:
    return run(arguments, "", environment, folder)


def test_host_port_and_data_come_from_the_environment_unless_an_option_says_otherwise(tmp_path: Path):
    named = {"ORDERS_HOST": "127.0.0.2", "ORDERS_PORT": "no port", "ORDERS_DATA": str(tmp_path / "other")}
    with serving(tmp_path / "data", "--ask-for-keys", **named) as address:
        assert address.startswith("http://127.0.0.2:")
    keys = orders(tmp_path, "keys", "list", ORDERS_DATA=str(tmp_path / "data"))

    assert not (tmp_path / "other").exists()
    assert len(keys.stdout.splitlines()) == 2


def test_a_port_in_the_environment_that_is_none_is_named_with_its_variable(tmp_path: Path):
    done = orders(tmp_path, "serve", ORDERS_PORT="http")

    assert (done.code, done.stdout) == (2, "")
    assert "ORDERS_PORT" in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_environment_can_ask_for_keys(tmp_path: Path):
    with serving(tmp_path / "data", ORDERS_ASK_FOR_KEYS="yes") as address:
        assert Api(address).post_order(ALICE).status == 403


def test_missing_orders_are_accepted_by_an_option_only(tmp_path: Path):
    """A setting would stay in a service file, and every start would accept them."""
    assert "ORDERS_ACCEPT" not in orders(tmp_path, "serve", "--help").stdout


def test_the_keys_in_the_files_open_the_routes_of_their_kind_and_no_others(keyed: str):
    for key in (SHOP_KEY, OTHER_SHOP_KEY):
        assert Api(keyed, key).post_order(ALICE).status == 202
    assert Api(keyed, OPERATOR_KEY).post_order(ALICE).status == 403
    assert Api(keyed).post_order(ALICE).status == 403
    assert Api(keyed, login=OPERATOR_KEY).get("/operations/summary").status == 200
    assert Api(keyed, login=SHOP_KEY).get("/operations/summary").status == 401


def test_no_first_keys_are_made_where_files_have_keys_and_others_can_be_made(
    tmp_path: Path, keyed: str, files_of_keys: dict[str, str]
):
    data = ("--data", tmp_path / "data")
    assert not (tmp_path / "data" / "first-keys.txt").exists()
    maria = orders(tmp_path, "keys", "make", "operator", "--name", "maria", *data, **files_of_keys).stdout.strip()
    listed = orders(tmp_path, "keys", "list", *data, **files_of_keys).stdout
    stored = (tmp_path / "data" / "keys.json").read_text()

    assert Api(keyed, login=maria).get("/operations/summary").status == 200
    assert [line.split()[1:3] for line in listed.splitlines()] == [
        ["shop", "shop"], ["shop", "shop"], ["operator", "operator"], ["operator", "maria"],
    ]  # fmt: skip
    assert '"maria"' in stored
    assert '"shop"' not in stored


def test_a_key_from_a_file_is_removed_there(tmp_path: Path, keyed: str, files_of_keys: dict[str, str]):
    data = ("--data", tmp_path / "data")
    key_id = orders(tmp_path, "keys", "list", *data, **files_of_keys).stdout.split()[0]
    done = orders(tmp_path, "keys", "remove", key_id, *data, **files_of_keys)

    assert (done.code, done.stderr) == (
        1,
        "orders: This key is from a file: remove its line there, and restart the server.\n",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "can't be read: No such file or directory"),
        ("\n \n", "has no key"),
        (f"{SHOP_KEY}\nshort", "key 2 in"),
        (f"{SHOP_KEY} {SHOP_KEY}", "without blanks"),
        ("é" * 40, "of ASCII"),
    ],
)
def test_a_file_without_usable_keys_is_refused_and_no_message_quotes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, reason: str
):
    if text is not None:
        (tmp_path / "keys").write_text(text)
    monkeypatch.setenv("ORDERS_SHOP_KEY_FILE", str(tmp_path / "keys"))
    with pytest.raises(Misconfigured) as refused:
        key_files.keys()

    message = str(refused.value)
    assert message.startswith("ORDERS_SHOP_KEY_FILE")
    assert reason in message
    assert not [word for word in (text or "").split() if word in message]


def test_commands_take_their_keys_from_files(tmp_path: Path, keyed: str):
    (tmp_path / "api-key").write_text(f"{SHOP_KEY}\n")
    url = {"ORDERS_URL": keyed}
    by_file = {"ORDERS_API_KEY_FILE": "api-key", "ORDERS_OPERATOR_TOKEN_FILE": "operator-key"} | url

    assert orders(tmp_path, "submit", "--name", "Ann", **by_file).code == 0
    assert orders(tmp_path, "list", **by_file).code == 0
    assert orders(tmp_path, "list", ORDERS_OPERATOR_TOKEN="wrong", **by_file).code == 1
    assert "ORDERS_API_KEY" in orders(tmp_path, "submit", "--name", "Ann", **url).stderr


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "can't be read: No such file or directory"),
        ("", "is empty"),
        ("one\ntwo", "on one line"),
        ("clé", "ASCII"),
    ],
)
def test_a_command_says_what_is_wrong_with_the_file_of_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, reason: str
):
    if text is not None:
        (tmp_path / "key").write_text(text)
    monkeypatch.setenv("ORDERS_API_KEY_FILE", str(tmp_path / "key"))

    with pytest.raises(Stop, match=reason):
        connect("http://127.0.0.1:8000")


def test_every_fault_of_the_settings_and_of_the_shop_is_told_in_a_line_of_its_own(tmp_path: Path):
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "de.toml").write_text("no_such_word = 'x'")
    (tmp_path / "shop.toml").write_text("country = 'Atlantis'")
    settings = {
        "ORDERS_RECEIPT": str(tmp_path / "shop.toml"),
        "ORDERS_PUBLIC_URL": "casaluna.example",
        "ORDERS_SMTP": "mail.example.com",
        "ORDERS_SHOP_KEY_FILE": "nowhere",
    }
    done = orders(tmp_path, "serve", **settings)

    assert (done.code, done.stdout) == (1, "")
    for line, about in zip(
        done.stderr.splitlines(),
        ["shop.toml", "de.toml", "ORDERS_PUBLIC_URL", "ORDERS_SMTP", "ORDERS_SHOP_KEY_FILE"],
        strict=True,
    ):
        assert about in line
    assert not (tmp_path / "data").exists()


def test_a_page_that_can_not_be_drawn_is_told_before_the_first_order(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    """The server serves all the same: it loses no order, and the receipts are made once the page is corrected."""
    (tmp_path / "shop.toml").write_text("name = 'Casa Luna'")
    (tmp_path / "receipt.typ").write_text("#let receipt(content) = [#no-such-name]")
    told = logged_by(tmp_path, capfd, "receipts wait", ORDERS_RECEIPT=str(tmp_path / "shop.toml"))

    assert " ERROR " in told
    assert "unknown variable: no-such-name" in told
    assert "receipt.typ" in told


def test_a_mail_server_that_does_not_answer_is_told_and_the_server_serves(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    settings = {
        "ORDERS_SMTP": "smtp://shop:s3cret@127.0.0.1:1",
        "ORDERS_SENDER": "receipts@casaluna.example",
    }
    told = logged_by(tmp_path, capfd, "mail server", **settings)

    assert " WARNING e-mails wait, because the mail server can't be used now: 127.0.0.1:1: Connection refused" in told
    assert "s3cret" not in told


def logged_by(folder: Path, capfd: pytest.CaptureFixture[str], what: str, **settings: str) -> str:
    """The line with these words that a server logs by itself. It accepts an order at the same time."""
    process = start(folder / "data", **settings)
    try:
        assert Api(address_of(process)).post_order(ALICE).status == 202
        logged = ""
        while not (found := [line for line in logged.splitlines() if what in line]):
            logged += capfd.readouterr().err
        return found[0]
    finally:
        process.terminate()
        process.communicate(timeout=30)
