"""AWS on loopback: ministack, over HTTPS and with IAM enforced, in a process and an environment of its own.

What it is known to do differently from AWS is listed in `tests/aws/test_gaps.py`.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3
from tests.support.examples import ROOT
from tests.support.servers import clean_environment
from tests.support.tls import certificate_for_loopback

PROGRAM = ROOT / ".venv" / "emulator" / "bin" / "ministack"
MENDED = ROOT / "tests" / "support" / "mended_ministack.py"
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Emulator:
    """Where it answers, and the environment of a process that calls it as the account's root.

    In `state` it keeps, among other things, the keys that it signs logins with.
    """

    url: str
    port: int
    certificate: Path
    environment: dict[str, str]
    state: Path


@contextmanager
def emulated(folder: Path) -> Iterator[Emulator]:
    """An emulator that forgets everything when the block ends. `folder` takes its certificate and its log."""
    assert PROGRAM.exists(), f"{PROGRAM} is missing: `make test` installs it"
    certificate, key = certificate_for_loopback(folder)
    scratch = folder / "scratch"
    scratch.mkdir()
    port = free_port()
    caller = {
        "AWS_ENDPOINT_URL": f"https://127.0.0.1:{port}",
        "AWS_CA_BUNDLE": str(certificate),
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    settings = {
        "AUTH": "true",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": "eu-west-1",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(certificate),
        "MINISTACK_SSL_KEY": str(key),
        "SSL_CERT_FILE": str(certificate),
        "IOT_MTLS_ENABLED": "0",
        "TMPDIR": str(scratch),
        "STATE_DIR": str(scratch / "state"),
        "SFTP_ENABLED": "0",
    }
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM.with_name("python"), "-P", MENDED],
            env=clean_environment() | caller | settings,
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(caller["AWS_ENDPOINT_URL"], certificate, process)
        yield Emulator(caller["AWS_ENDPOINT_URL"], port, certificate, caller, scratch / "state")
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # the functions' processes, too; it keeps nothing anyway
        process.wait(timeout=100)
        os.spawnlp(os.P_NOWAIT, "rm", "rm", "-rf", str(scratch))  # unpacked packages, many: it takes a minute


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(url: str, certificate: Path, process: subprocess.Popen[bytes]) -> None:
    http = urllib3.PoolManager(ca_certs=str(certificate), retries=False)
    end = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < end:
        try:
            if http.request("GET", f"{url}/_ministack/health", timeout=1).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)  # nothing but another try can tell
    raise AssertionError("the emulator did not start: see its log in the test's folder")
