"""docs/production.md: every command that can run here, from top to bottom, in folders in place of a machine's own.

systemd does not run here, so the server is started by hand, with what the unit says: its command, data folder, settings
and credentials. tests/test_wheel.py installs the wheel, tests/local/test_proxies.py runs the proxies.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.api import Api
from tests.support.examples import ALICE, ROOT
from tests.support.sandbox import settings
from tests.support.servers import address_of, clean_environment

PAGE = (ROOT / "docs" / "production.md").read_text(encoding="utf-8").partition("## On AWS")[0]
UNIT = ROOT / "deploy" / "orders.service"
CAN_NOT_RUN = {
    "make wheel": "tests/test_wheel.py builds it",
    "sudo UV_TOOL_DIR=": "tests/test_wheel.py runs it",
    "sudo PIPX_HOME=": "it does what uv does, and downloads for a quarter of a minute",
    "sudo useradd": "this machine gets no users",
    "sudo systemctl": "systemd does not run here",
    "systemctl": "systemd does not run here",
    "sudo journalctl": "systemd does not run here",
    "sudo install -d -m 700 -o orders": "this machine gets no users",
    "sudo apt-get": "this machine gets no packages",
    "sudo certbot": "no authority signs for this domain",
    "sudo nginx -t": "tests/local/test_proxies.py runs nginx",
    "git pull": "it would change the checkout",
    "docker": "no Docker runs here",
}
"""Beginnings of commands, and why they are left out."""
HEALTH = "/health/"
PUBLIC = "https://orders.casaluna.example"
SETTING = re.compile("ORDERS_[A-Z_]+")


def commands(page: str) -> list[str]:
    """The page's commands. One may have several lines: a continued one, or one with a document in it."""
    text = "\n".join(re.findall(r"```sh\n(.*?)```", page, re.S))
    return [found[0] for found in re.finditer(r"(?m)^(?:.*\\\n)*.*<<'END'\n(?:.*\n)*?END$|^(?:.*\\\n)*.+$", text)]


COMMANDS = commands(PAGE)


def reason_not_to_run(command: str) -> str | None:
    return next((why for beginning, why in CAN_NOT_RUN.items() if command.startswith(beginning)), None)


@dataclass
class Machine:
    """A person at the terminal of a machine that has nothing yet."""

    root: Path
    server: subprocess.Popen[str] | None = None
    address: str = ""

    def type(self, command: str) -> str:
        """What the command prints; it must succeed."""
        done = subprocess.run(
            ["bash", "-c", self.here(command)],
            cwd=self.root / "checkout",
            env=clean_environment() | {"PATH": f"{self.root}/bin:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert done.returncode == 0, f"{command}: {done.stdout} {done.stderr}"
        return done.stdout

    def here(self, text: str) -> str:
        """With this machine's folders, the server's own address instead of the proxy's, and no mail server."""
        text = re.sub(r"(?<![\w/.])/(?=etc/|var/(?:lib|backups)/orders|tmp/preview)", f"{self.root}/", text)
        return text.replace("mail.example.com:587", "127.0.0.1:1").replace(PUBLIC, self.address or PUBLIC)

    def start_the_service(self) -> None:
        """As systemd does: `%S` is where services keep data, `%d` where their credentials are."""
        installed = self.root / "etc" / "systemd" / "system" / "orders.service"
        (credentials := self.root / "credentials").mkdir(mode=0o700)
        environment = clean_environment() | {"PATH": f"{self.root}/bin:{os.environ['PATH']}", "ORDERS_PORT": "0"}
        for credential in settings(installed, "LoadCredential"):
            name, _, file = credential.partition(":")
            (credentials / name).write_bytes(Path(self.here(file)).read_bytes())
        for value in settings(installed, "Environment"):
            value = value.replace("%d", str(credentials)).replace("%S", f"{self.root}/var/lib")
            environment |= dict(each.split("=", 1) for each in shlex.split(value))
        for file in settings(installed, "EnvironmentFile"):
            for line in Path(self.here(file)).read_text().splitlines():
                name, _, value = line.partition("=")
                environment[name] = value
        (command,) = settings(installed, "ExecStart")
        words = command.replace("/usr/local/bin", str(self.root / "bin")).split()
        self.server = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)
        self.address = address_of(self.server)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    root = tmp_path_factory.mktemp("machine")
    programs = {
        "orders": f'exec {sys.executable} -m orders "$@"',
        "sudo": '[ "$1" = -u ] && shift 2; exec env "$@"',
        "chown": ":",
    }
    for folder in ("bin", "checkout", "etc/systemd/system", "etc/nginx/conf.d", "etc/caddy"):
        (root / folder).mkdir(parents=True)
    for name, script in programs.items():
        (program := root / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    for name in ("src", "deploy", "examples"):
        (root / "checkout" / name).symlink_to(ROOT / name)
    machine = Machine(root)
    try:
        yield machine
    finally:
        if machine.server:
            machine.server.terminate()
            machine.server.communicate(timeout=100)


@pytest.fixture(scope="module")
def outputs(machine: Machine) -> dict[str, str]:
    """What each command prints that can run here, in the order of the page."""
    printed = {}
    for command in COMMANDS:
        if command.startswith("sudo systemctl enable --now orders"):
            machine.start_the_service()
        if reason_not_to_run(command) is None and HEALTH not in command:
            printed[command] = machine.type(command)
    return printed


def output_of(part: str, outputs: dict[str, str]) -> str:
    return next(output for command, output in outputs.items() if part in command)


def test_the_page_leads_to_a_service_that_makes_receipts_and_asks_for_keys(machine: Machine, outputs: dict[str, str]):
    key = (machine.root / "etc" / "orders" / "shop-key").read_text().strip()
    shop, anyone = Api(machine.address, key), Api(machine.address)
    maria = Api(machine.address, login=output_of("make operator --name maria", outputs).strip())
    posted = shop.post_order(ALICE)
    link = shop.signed_link(ALICE["orderId"]).body["signedReceiptUrl"]

    assert posted.body["receiptUrl"].startswith(f"{PUBLIC}/receipt/12345/")
    assert anyone.get(link.replace(PUBLIC, machine.address)).content.startswith(b"%PDF-")
    assert maria.get("/operations/summary").status == 200
    assert anyone.post_order(ALICE).status == 403
    assert output_of("--write-out", outputs) == "403\n"
    assert "maria" in output_of("keys list", outputs)
    assert "Nothing is missing or damaged" in output_of("orders check", outputs)
    assert list((machine.root / "tmp" / "preview").glob("*.pdf"))
    assert not (machine.root / "var" / "lib" / "orders" / "first-keys.txt").exists()


def test_its_check_of_health_succeeds(machine: Machine, outputs: dict[str, str]):
    (command,) = [each for each in COMMANDS if HEALTH in each]

    assert "ready" in machine.type(command)


def test_only_root_reads_what_is_secret(machine: Machine, outputs: dict[str, str]):
    for name in ("settings", "shop-key", "operator-key"):
        assert (machine.root / "etc" / "orders" / name).stat().st_mode & 0o077 == 0
    for name in ("shop-key", "operator-key"):
        assert (machine.root / "checkout" / "secrets" / name).stat().st_mode & 0o077 == 0


def test_every_command_runs_here_or_has_a_reason_not_to(outputs: dict[str, str]):
    beginnings = [beginning for beginning in CAN_NOT_RUN if not any(each.startswith(beginning) for each in COMMANDS)]

    assert not beginnings
    assert len(outputs) >= 15


def test_each_file_that_the_page_names_is_there():
    for name in re.findall(r"(?<![\w/])((?:deploy|examples|requirements|src)/[\w./-]+\w)", PAGE):
        assert (ROOT / name).exists() or name.startswith("deploy/monitoring/"), name


def test_the_unit_and_the_page_name_the_same_folders():
    text = UNIT.read_text(encoding="utf-8")

    assert settings(UNIT, "ExecStart") == ["/usr/local/bin/orders serve"]
    for path in ("/etc/orders/settings", "/etc/orders/shop-key", "/etc/orders/operator-key"):
        assert path in text
    for path in (
        "/etc/orders/settings",
        "UV_TOOL_BIN_DIR=/usr/local/bin",
        "PIPX_BIN_DIR=/usr/local/bin",
        "/var/lib/orders",
    ):
        assert path in PAGE


def test_every_setting_of_compose_and_of_the_image_is_on_the_page():
    named = {
        name
        for file in ("compose.yaml", "Dockerfile")
        for name in re.findall(r"ORDERS_[A-Z_]+", (ROOT / file).read_text())
    }

    assert named - {"ORDERS_ADDRESS"} <= set(re.findall(r"ORDERS_[A-Z_]+", PAGE))
