"""The AWS that measured functions call: `aws_stub.py` in a process of its own, with a new certificate for each run."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aws_stub import Connections

STUB = Path(__file__).with_name("aws_stub.py")
CERTIFICATE = [
    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", "/CN=stub", "-addext", "subjectAltName=IP:127.0.0.1",
    "-addext", "keyUsage=critical,digitalSignature,keyCertSign",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Certificate:
    public: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """A self-signed certificate for 127.0.0.1, valid for two days."""
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    subprocess.run([*CERTIFICATE, "-keyout", made.key, "-out", made.public], check=True, capture_output=True)
    return made


@dataclass(frozen=True, slots=True)
class Endpoint:
    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def connections(self) -> Connections:
        return self._told("count")

    def forget(self) -> Connections:
        """Stop answering on the connections that are open now, and return their number."""
        return self._told("forget")

    def _told(self, word: str) -> Connections:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return Connections(**json.loads(self.process.stdout.readline()))


@contextmanager
def running(certificate: Certificate, items: Path, delays: Sequence[float]) -> Iterator[Endpoint]:
    """`delays` of a call to the table, the queue and the bucket, in milliseconds."""
    command = [sys.executable, *map(str, (STUB, certificate.public, certificate.key, items, *delays))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Endpoint(process, int(process.stdout.readline()))
        finally:
            process.kill()
