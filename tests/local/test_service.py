"""deploy/orders.service: systemd accepts it, finds it well confined, and the server works in what it allows."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.api import Api
from tests.support.examples import BASKET, ROOT
from tests.support.sandbox import ANALYZE, allowed_calls, in_sandbox, needs_bwrap, needs_systemd, settings
from tests.support.servers import address_of, clean_environment

UNIT = ROOT / "deploy" / "orders.service"
MOST_EXPOSED = 2.5
"""On systemd's scale from 0 to 10, on which a usual service has 9.6."""


def analyzed(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(ANALYZE), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program that exists where it names the installed one."""
    text = UNIT.read_text(encoding="utf-8").replace("/usr/local/bin/orders", sys.executable)
    (file := tmp_path / "orders.service").write_text(text)
    return file


@needs_systemd
def test_systemd_finds_no_fault_in_the_unit(unit: Path):
    done = analyzed("verify", "--man=no", unit)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
def test_the_service_is_well_confined(unit: Path):
    done = analyzed("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED * 10:.0f}", unit)
    exposure = re.search(r"Overall exposure level for orders.service: ([\d.]+)", done.stdout)

    assert done.returncode == 0
    assert exposure
    assert float(exposure[1]) < MOST_EXPOSED


@needs_systemd
def test_the_filter_of_system_calls_leaves_out_what_only_administrators_need():
    allowed = allowed_calls(UNIT)

    assert {"openat", "fdatasync", "linkat", "sched_setaffinity", "setpriority"} <= allowed
    assert not allowed & {"mount", "ptrace", "setuid", "chown", "reboot", "init_module", "bpf"}


@needs_systemd
@needs_bwrap
def test_the_server_makes_receipts_and_mails_in_this_sandbox(tmp_path: Path):
    """Its workers and the typesetter, too: an order goes all the way."""
    (data := tmp_path / "data").mkdir()
    serve = [sys.executable, "-m", "orders", "serve", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(
        in_sandbox(UNIT, data, *serve),
        env=clean_environment() | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        api = Api(address_of(process))
        assert api.post_order(BASKET).status == 202
        assert api.receipt(BASKET["orderId"]).startswith(b"%PDF-")
        assert mail_in(data)
    finally:
        process.terminate()
        process.communicate(timeout=100)


def mail_in(data: Path) -> list[Path]:
    """The e-mails in the outbox, once there are some."""
    end = time.monotonic() + 60
    while not (found := list(data.glob("outbox/*.eml"))) and time.monotonic() < end:
        time.sleep(0.05)  # nothing but another look can tell
    return found


PROBE = """
import ctypes, mmap, os, socket
def refused(what, *given, **named):
    try: what(*given, **named)
    except OSError as error: print(error.strerror)
    else: print("allowed")
def new_namespace():
    if ctypes.CDLL(None, use_errno=True).unshare(0x20000): raise OSError(ctypes.get_errno(), "No namespace")
refused(open, "/a file that is not there", "w")
refused(socket.socket, socket.AF_NETLINK)
refused(mmap.mmap, -1, 4096, prot=7)
refused(os.chroot, "/")
refused(new_namespace)
"""
"""What the unit refuses: to write elsewhere, other sockets, memory to write and execute, privileges, namespaces."""


@needs_systemd
@needs_bwrap
def test_the_sandbox_of_this_test_refuses_what_the_unit_does(tmp_path: Path):
    """Or the test before would show nothing."""
    (data := tmp_path / "data").mkdir()
    command = in_sandbox(UNIT, data, sys.executable, "-c", PROBE)
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)

    assert done.stdout.splitlines() == [
        "Read-only file system",
        "Operation not permitted",
        "Permission denied",
        "Operation not permitted",
        "No namespace",
    ], done.stderr


def test_the_unit_waits_until_the_server_has_finished_what_it_has_begun():
    """uvicorn gives requests 30 s, and the watchdog must not come in between."""
    from orders.local.server.http_server import SECONDS_TO_FINISH

    assert int(settings(UNIT, "TimeoutStopSec")[0]) > SECONDS_TO_FINISH
    assert int(settings(UNIT, "WatchdogSec")[0]) > SECONDS_TO_FINISH
    assert settings(UNIT, "Type") == ["notify"]


def test_the_unit_never_accepts_missing_orders():
    assert "accept" not in UNIT.read_text(encoding="utf-8")
