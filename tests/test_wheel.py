"""The wheel works where the checkout is not. It contains the operators' page and all else but the dependencies."""

import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3
from tests.support.api import Api
from tests.support.examples import ALICE, ROOT
from tests.support.servers import address_of, clean_environment

from orders.local.server import page

UV = Path(sys.prefix) / "deploy" / "bin" / "uv"
needs_the_page = pytest.mark.skipif(not page.is_built(), reason="the operators' page is not built: that takes Node.js")


@dataclass(frozen=True)
class Installed:
    """The wheel, installed for the command `orders`; `folder` has nothing else."""

    wheel: Path
    folder: Path

    @property
    def command(self) -> Path:
        return self.folder / "bin" / "orders"

    def run(self, *arguments: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [self.command, *arguments], cwd=self.folder, env=outside(), capture_output=True, timeout=120, input=stdin
        )


def outside() -> dict[str, str]:
    """An environment that does not lead back to the checkout."""
    return {name: value for name, value in clean_environment().items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """By the command of docs/production.md, with the locked versions of the dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    page = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")
    command = re.findall(r"^sudo (UV_TOOL_DIR=(?:.*\\\n)*.*)", page, re.M)[0]
    for theirs, ours in {
        "/opt/orders": folder / "tools",
        "/usr/local/bin": folder / "bin",
        "/usr/bin/python3": sys.executable,
        "dist/orders-*.whl": wheel,
        "$(command -v uv)": UV,
    }.items():
        command = command.replace(theirs, str(ours))
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=outside(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return Installed(wheel, folder)


@needs_the_page
def test_it_contains_the_page_and_the_template_and_nothing_of_this_machine(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()

    assert {"orders/template.yaml", "orders/local/server/page/index.html", "orders/shop/shop.toml"} <= set(names)
    assert [name for name in names if name.startswith("orders/local/server/page/assets/") and name.endswith(".js")]
    assert not [name for name in names if name.endswith((".pyc", ".db", ".map")) or "node_modules" in name]


def test_it_invokes_functions_from_any_folder(installed: Installed):
    event = (ROOT / "events" / "receive_order_event.json").read_bytes()
    done = installed.run("invoke", "ReceiveOrderFunction", "--event", "-", "--data", "invoked", stdin=event)

    assert done.returncode == 0, done.stderr.decode()
    assert b'"statusCode": 202' in done.stdout
    assert (installed.folder / "invoked" / "orders.db").is_file()


@needs_the_page
def test_it_serves_the_page_and_completes_an_order_outside_of_the_checkout(installed: Installed):
    server = subprocess.Popen(
        [installed.command, "serve", "--port", "0"],
        cwd=installed.folder,
        env=outside(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        api = Api(address_of(server))
        assert api.post_order(ALICE).status == 202
        assert api.receipt(ALICE["orderId"]).startswith(b"%PDF-")
        assert b"<script" in urllib3.request("GET", f"{api.url}/").data
    finally:
        server.terminate()
        server.communicate(timeout=100)
    assert server.returncode == 0


def test_the_code_that_runs_is_that_of_the_wheel(installed: Installed):
    """Or these tests would show nothing."""
    (package,) = installed.folder.glob("tools/orders/lib/python*/site-packages/orders")
    python = installed.folder / "tools" / "orders" / "bin" / "python"
    program = "import orders, os; print(os.path.dirname(orders.__file__))"
    done = subprocess.run([python, "-c", program], cwd=installed.folder, env=outside(), capture_output=True, text=True)

    assert done.stdout.strip() == os.fspath(package)


def test_pip_accepts_the_locked_versions_beside_the_wheel(wheel: Path, tmp_path: Path):
    """As pipx passes them on. With the hashes of the lock file, pip would refuse the wheel, which has none there."""
    recipe = subprocess.run(["make", "--dry-run", "wheel"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (command,) = [line for line in recipe.splitlines() if line.endswith("constraints.txt")]
    subprocess.run(["sh", "-c", command.replace("dist/", f"{tmp_path}/")], cwd=ROOT, check=True)
    constraint = f"--constraint={tmp_path}/constraints.txt"
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--target", str(tmp_path), "--no-index"]
    done = subprocess.run([*pip, constraint, str(wheel)], capture_output=True, text=True, timeout=120)

    assert "uvicorn==" in (tmp_path / "constraints.txt").read_text()
    assert done.returncode == 0, done.stderr
