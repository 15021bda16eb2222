"""`orders serve` without options: the environment says where to listen, and which files have the keys."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.local.backups import tried
from tests.support.api import Api
from tests.support.command import Done, run
from tests.support.examples import ALICE
from tests.support.servers import address_of, serving, start

from orders.cli.app import app
from orders.cli.client import connect
from orders.cli.exits import Stop
from orders.local.server import key_files
from orders.local.server.keys import sha256_of
from orders.order.errors import Misconfigured

SHOP_KEY, OTHER_SHOP_KEY, OPERATOR_KEY = "s" * 32, "t" * 64, "o" * 40


@dataclass(frozen=True)
class Keyed:
    """A server whose keys come from files: two of the shop, as while one is replaced, and one of an operator."""

    address: str
    folder: Path
    files: dict[str, str]

    def keys(self, *arguments: str) -> Done:
        return orders(self.folder, "keys", *arguments, "--data", "data", **self.files)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    folder = tmp_path_factory.mktemp("keyed")
    (shop := folder / "shop-key").write_text(f"{SHOP_KEY}\n\n{OTHER_SHOP_KEY}\n")
    (operator := folder / "operator-key").write_text(OPERATOR_KEY)
    files = {"ORDERS_SHOP_KEY_FILE": str(shop), "ORDERS_OPERATOR_KEY_FILE": str(operator)}
    with serving(folder / "data", **files) as address:
        yield Keyed(address, folder, files)


def orders(folder: Path, *arguments: object, **environment: str) -> Done:
    return run(arguments, "", environment, folder)


def test_host_port_and_data_come_from_the_environment_unless_an_option_says_otherwise(tmp_path: Path):
    named = {"ORDERS_HOST": "127.0.0.2", "ORDERS_PORT": "no port", "ORDERS_DATA": str(tmp_path / "other")}
    with serving(tmp_path / "data", "--ask-for-keys", **named) as address:
        assert address.startswith("http://127.0.0.2:")
    keys = orders(tmp_path, "keys", "list", ORDERS_DATA=str(tmp_path / "data"))

    assert not (tmp_path / "other").exists()
    assert len(keys.stdout.splitlines()) == 2


def test_every_command_takes_the_data_folder_from_the_environment():
    """But a new folder for a restored backup is named by hand: it must not be the server's."""

    def options(command: Any, name: str) -> Iterator[tuple[str, Any]]:
        for each in getattr(command, "commands", {}).items():
            yield from options(each[1], f"{name} {each[0]}")
        yield from ((name, option) for option in command.params if "--data" in option.opts)

    found = dict(options(typer.main.get_command(app), "orders"))
    found.pop("orders restore", None)

    assert {"orders serve", "orders check", "orders keys make", "orders outbox send"} <= found.keys()
    assert {option.envvar for option in found.values()} == {"ORDERS_DATA"}


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("ORDERS_PORT", "http", "it must be a whole number"),
        ("ORDERS_PORT", "65536", "it must be a number from 0 to 65535"),
        ("ORDERS_ASK_FOR_KEYS", "maybe", "it must be yes or no"),
        ("ORDERS_LOG_FORMAT", "xml", "'xml' is not one of 'text', 'json'"),
    ],
)
def test_a_value_that_a_setting_can_not_have_is_told_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, told: str
):
    monkeypatch.setenv(setting, value)
    done = tried(tmp_path, "serve")
    option = "--" + setting.removeprefix("ORDERS_").lower().replace("_", "-")

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == (
        f"orders: Invalid value for '{option}' (env var: '{setting}'): {told}. See orders serve --help.\n"
    )
    assert not (tmp_path / "data").exists()


def test_a_number_that_is_too_small_is_told_in_our_words(tmp_path: Path):
    assert "it must be at least 1." in tried(tmp_path, "backup", "backups", "--keep", "0").stderr
    assert "it must be a number." in tried(tmp_path, "receipt", "download", "1", "--wait", "soon").stderr


def test_the_environment_can_ask_for_keys(tmp_path: Path):
    with serving(tmp_path / "data", ORDERS_ASK_FOR_KEYS="yes") as address:
        assert Api(address).post_order(ALICE).status == 403


def test_missing_orders_are_accepted_by_an_option_only(tmp_path: Path):
    """A setting would stay in a service file, and every start would accept them."""
    assert "ORDERS_ACCEPT" not in orders(tmp_path, "serve", "--help").stdout


def test_the_keys_in_the_files_open_the_routes_of_their_kind_and_no_others(keyed: Keyed):
    for key in (SHOP_KEY, OTHER_SHOP_KEY):
        assert Api(keyed.address, key).post_order(ALICE).status == 202
    assert Api(keyed.address, OPERATOR_KEY).post_order(ALICE).status == 403
    assert Api(keyed.address).post_order(ALICE).status == 403
    assert Api(keyed.address, login=OPERATOR_KEY).get("/operations/summary").status == 200
    assert Api(keyed.address, login=SHOP_KEY).get("/operations/summary").status == 401


def test_no_first_keys_are_made_where_files_have_keys_and_others_can_be_made(keyed: Keyed):
    data = keyed.folder / "data"
    assert not (data / "first-keys.txt").exists()
    maria = keyed.keys("make", "operator", "--name", "maria").stdout.strip()
    listed = keyed.keys("list").stdout
    stored = (data / "keys.json").read_text()

    assert Api(keyed.address, login=maria).get("/operations/summary").status == 200
    assert [line.split()[1:3] for line in listed.splitlines()] == [
        ["shop", "shop"], ["shop", "shop"], ["operator", "operator"], ["operator", "maria"],
    ]  # fmt: skip
    assert '"maria"' in stored
    assert '"shop"' not in stored


def test_a_key_from_a_file_is_removed_there(keyed: Keyed):
    key_id = keyed.keys("list").stdout.split()[0]
    done = keyed.keys("remove", key_id)

    assert done.code == 1
    assert done.stderr == "orders: This key is from a file: remove its line there, and restart the server.\n"


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


def test_one_key_for_the_shop_and_operators_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for variable in key_files.VARIABLES.values():
        (tmp_path / variable).write_text(f"{SHOP_KEY}\n")
        monkeypatch.setenv(variable, str(tmp_path / variable))
    with pytest.raises(Misconfigured, match="have a key in common"):
        key_files.keys()


def test_a_mark_that_an_editor_put_before_the_first_key_is_no_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "keys").write_text(SHOP_KEY, encoding="utf-8-sig")
    monkeypatch.setenv("ORDERS_SHOP_KEY_FILE", str(tmp_path / "keys"))

    (key,) = key_files.keys()
    assert key.sha256 == sha256_of(SHOP_KEY)


def test_commands_take_their_keys_from_files_unless_a_variable_has_one(keyed: Keyed):
    (keyed.folder / "api-key").write_text(f"{SHOP_KEY}\n")
    url = {"ORDERS_URL": keyed.address}
    by_file = url | {"ORDERS_API_KEY_FILE": "api-key", "ORDERS_OPERATOR_TOKEN_FILE": "operator-key"}

    assert orders(keyed.folder, "submit", "--name", "Ann", **by_file).code == 0
    assert orders(keyed.folder, "list", **by_file).code == 0
    assert orders(keyed.folder, "list", ORDERS_OPERATOR_TOKEN="wrong", **by_file).code == 1
    assert "ORDERS_API_KEY" in orders(keyed.folder, "submit", "--name", "Ann", **url).stderr


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
    (tmp_path / "receipt.html").write_text("<p>\n{{ words.greeting")
    settings = {
        "ORDERS_RECEIPT": str(tmp_path / "shop.toml"),
        "ORDERS_PUBLIC_URL": "casaluna.example",
        "ORDERS_SMTP": "mail.example.com",
        "ORDERS_MAIL": str(tmp_path),
        "ORDERS_SHOP_KEY_FILE": "nowhere",
        "ORDERS_WEBHOOK_HOSTS": "https://erp.casaluna.internal",
    }
    done = orders(tmp_path, "serve", **settings)

    assert (done.code, done.stdout) == (1, "")
    for line, about in zip(
        done.stderr.splitlines(),
        [
            "shop.toml",
            "de.toml",
            "ORDERS_PUBLIC_URL",
            "ORDERS_SMTP",
            "receipt.html, line 2",
            "ORDERS_SHOP_KEY_FILE",
            "ORDERS_WEBHOOK_HOSTS",
        ],
        strict=True,
    ):
        assert about in line
    assert not (tmp_path / "data").exists()


HERE = "http://127.0.0.1:9000/hook"


def test_webhooks_reach_this_machine_only_if_nobody_else_can_call_the_server(keyed: Keyed, tmp_path: Path):
    with serving(tmp_path / "data") as address:
        assert added(Api(address), HERE) == 201
    assert added(Api(keyed.address, login=OPERATOR_KEY), HERE) == 422


@pytest.mark.parametrize(
    ("options", "environment"),
    [(("--webhook-hosts", "erp,crm"), {}), ((), {"ORDERS_WEBHOOK_HOSTS": "erp,crm"})],
)
def test_webhooks_reach_private_hosts_that_are_named(
    tmp_path: Path, options: tuple[str, ...], environment: dict[str, str]
):
    with serving(tmp_path / "data", *options, **environment) as address:
        assert [added(Api(address), f"https://{host}/hook") for host in ("erp", "crm", "intranet")] == [201, 201, 422]


def added(api: Api, url: str) -> int:
    return api.request("POST", "/operations/webhooks", json.dumps({"url": url}), Content_Type="application/json").status


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
        process.communicate(timeout=100)
