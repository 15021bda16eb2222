"""Dockerfile and compose.yaml. No image is built here: base images are not in a package registry.

What the image would run is run as there: as another user, with its environment, and nothing to write to but /data.
"""

import json
import re
import shlex
import socket
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.api import Api
from tests.support.examples import ALICE, ROOT
from tests.support.proxies import CADDY, needs_caddy
from tests.support.sandbox import in_read_only_root, needs_bwrap
from tests.support.servers import clean_environment, serving

from orders.api.authority import Authority
from orders.local.folder.folder import DataFolder
from orders.local.server.key_files import VARIABLES

LINES = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()
STEPS = [tuple(line.split(" ", 1)) for line in LINES if line and not line.startswith("#")]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def all_of(instruction: str) -> list[str]:
    """The arguments of each step with this instruction, in their order."""
    return [step[1] for step in STEPS if step[0] == instruction]


def health_check() -> list[str]:
    """The program and its arguments, as JSON in the Dockerfile: no shell runs it."""
    return list(json.loads(all_of("HEALTHCHECK")[0].partition("CMD ")[2]))


ENVIRONMENT = dict(each.split("=", 1) for each in shlex.split(all_of("ENV")[0]))


def test_base_images_are_named_with_their_exact_versions():
    assert all(
        re.search(r"=(python|node):\d+\.\d+\.\d+-slim-|=(python|node):\d+\.\d+\.\d+-\w+-slim", each)
        for each in all_of("ARG")
    )
    assert {each.split()[0] for each in all_of("FROM")} == {"${NODE_IMAGE}", "${PYTHON_IMAGE}"}
    assert re.fullmatch(r"caddy:\d+\.\d+\.\d+-alpine", SERVICES["caddy"]["image"])


def test_dependencies_are_the_locked_ones():
    (installing, ours) = [each for each in all_of("RUN") if " install --quiet --no-cache-dir" in each]

    assert "--require-hashes" in installing
    assert "requirements/local.txt" in installing
    assert "--no-deps" in ours
    assert any(each.startswith("npm ci") for each in all_of("RUN"))


def test_the_server_is_nobody_in_particular_and_its_data_are_in_a_volume():
    assert (all_of("USER"), all_of("VOLUME"), all_of("STOPSIGNAL")) == (["10001:10001"], ["/data"], ["SIGTERM"])
    assert ENVIRONMENT["ORDERS_DATA"] == "/data"
    assert json.loads(all_of("ENTRYPOINT")[0]) + json.loads(all_of("CMD")[0]) == ["orders", "serve"]


def test_everything_that_is_copied_is_there_and_nothing_else_is_sent_to_the_builder():
    """.dockerignore excludes everything first: no data folder and no key gets into an image."""
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    allowed = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    copied = [source for each in all_of("COPY") if "--from" not in each for source in each.split()[:-1]]

    assert ignored[0] == "*"
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source, name) or source.startswith(f"{name}/") for name in allowed), source
    assert not {"data", "secrets", ".env", "*"} & set(allowed)


@needs_bwrap
def test_the_command_of_the_image_serves_with_a_root_to_read_only(tmp_path: Path):
    (data := tmp_path / "data").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    settings = ENVIRONMENT | {"ORDERS_DATA": str(data), "ORDERS_PORT": port, "PATH": "/usr/bin"}
    environment = clean_environment() | settings
    keys = {holder: str(holder) * 8 for holder in VARIABLES}
    for holder, variable in VARIABLES.items():
        (key_file := tmp_path / holder).write_text(keys[holder])
        environment[variable] = str(key_file)
    server = subprocess.Popen(
        in_read_only_root(data, sys.executable, "-m", "orders", "serve"),
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        assert "0.0.0.0" in server.stdout.readline()
        api = Api(f"http://127.0.0.1:{port}", keys[Authority.SHOP])
        assert api.post_order(ALICE).status == 202
        assert api.receipt(ALICE["orderId"]).startswith(b"%PDF-")
    finally:
        server.terminate()
        server.communicate(timeout=100)
    assert not DataFolder(data).first_keys.exists()


def test_the_health_check_of_the_image_succeeds_only_while_the_server_answers(tmp_path: Path):
    with serving(tmp_path / "data", "--ask-for-keys") as address:
        environment = clean_environment() | {"ORDERS_PORT": address.rpartition(":")[2]}
        check = [sys.executable, *health_check()[1:]]
        assert subprocess.run(check, env=environment, timeout=30).returncode == 0

    assert subprocess.run(check, env=environment, capture_output=True, timeout=30).returncode


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_can_do_no_more_than_it_needs(name: str):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"}
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert "privileged" not in service


def test_only_caddy_is_reached_from_outside_and_it_waits_until_the_server_is_healthy():
    assert "ports" not in SERVICES["orders"]
    assert SERVICES["caddy"]["depends_on"] == {"orders": {"condition": "service_healthy"}}


def test_keys_are_secrets_and_data_a_volume():
    environment = SERVICES["orders"]["environment"]

    for variable in VARIABLES.values():
        name = environment[variable].removeprefix("/run/secrets/")
        assert name in SERVICES["orders"]["secrets"]
        assert COMPOSE["secrets"][name] == {"file": f"secrets/{name}"}
    assert "data:/data" in SERVICES["orders"]["volumes"]
    assert "data" in COMPOSE["volumes"]


@needs_caddy
def test_caddy_takes_its_domain_and_the_server_s_address_from_compose():
    variables = {"ORDERS_DOMAIN": "casaluna.example", "ORDERS_ADDRESS": "orders:8000"}
    adapt = [str(CADDY), "adapt", "--config", str(ROOT / "deploy" / "proxies" / "Caddyfile")]
    adapted = subprocess.run(adapt, env=clean_environment() | variables, capture_output=True, text=True, check=True)

    assert '"host":["casaluna.example"]' in adapted.stdout
    assert '"dial":"orders:8000"' in adapted.stdout
    assert set(variables) <= set(SERVICES["caddy"]["environment"])
