"""The proxies of deploy/proxies/, run as they are there, but for domain, ports, certificate and log."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.examples import ROOT
from tests.support.nginx import NGINX, needs_nginx
from tests.support.tls import certificate_for_loopback

SHIPPED = ROOT / "deploy" / "proxies"
CADDY = shutil.which("caddy")
needs_caddy = pytest.mark.skipif(CADDY is None, reason="caddy is not installed (Debian: apt-get install caddy)")
NEEDS = {"nginx": needs_nginx, "Caddyfile": needs_caddy}

_NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/other.log; worker_rlimit_nofile 256;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/other.log; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {servers}
}}
"""
_AROUND_LOCATIONS = """server {{
  listen 443 ssl;
  ssl_certificate /etc/letsencrypt/live/x/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/x/privkey.pem;
  {locations}
}}"""


@dataclass(frozen=True)
class Proxy:
    """`url` is what leads to the server. `plain` is the address without TLS, if it listens there, too."""

    url: str
    plain: str
    certificate: Path
    folder: Path

    def logged(self) -> str:
        """Everything that the proxy has written about requests."""
        return "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))


@contextmanager
def proxy(name: str, folder: Path, server: str) -> Iterator[Proxy]:
    """The proxy whose configuration has this name, in front of the server at this address, until the block ends."""
    folder.mkdir()
    certificate, key = certificate_for_loopback(folder)
    port, plain = _free_port(), _free_port()
    text = (SHIPPED / name).read_text(encoding="utf-8").replace("127.0.0.1:8000", server.removeprefix("http://"))
    if name.startswith("nginx"):
        command = _nginx(folder, _adapted_for_nginx(text, folder, port, plain, certificate, key))
    else:
        command = _caddy(folder, _adapted_for_caddy(text, port, certificate, key))
    prefix = "/orders" if name.endswith(("-prefix", "-prefix.conf")) else ""
    with _running(command, folder, port):
        yield Proxy(f"https://127.0.0.1:{port}{prefix}", f"http://127.0.0.1:{plain}{prefix}", certificate, folder)


def _adapted_for_nginx(text: str, folder: Path, port: int, plain: int, certificate: Path, key: Path) -> str:
    if "server {" not in text:
        text = _AROUND_LOCATIONS.format(locations=text)
    text = re.sub(r"\n *listen \[::\][^;]*;", "", text)
    for shipped, here in {
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "server_name orders.casaluna.example;": "",
        "/var/log/nginx/orders.log": f"{folder}/orders.log",
    }.items():
        text = text.replace(shipped, here)
    return re.sub(r"/etc/letsencrypt/\S+/(\w+)\.pem", lambda at: str(key if at[1] == "privkey" else certificate), text)


def _nginx(folder: Path, servers: str) -> list[str]:
    (file := folder / "nginx.conf").write_text(_NGINX.format(folder=folder, servers=servers))
    return [str(NGINX), "-c", str(file), "-e", str(folder / "other.log")]


def _adapted_for_caddy(text: str, port: int, certificate: Path, key: Path) -> str:
    """Nothing asks an authority for a certificate, and nothing listens on port 80."""
    text = text.replace("{\n", "{\n\tadmin off\n\tauto_https disable_redirects\n", 1)
    return re.sub(r"(?m)^\S*casaluna\.example\}? \{", f"https://127.0.0.1:{port} {{\n\ttls {certificate} {key}", text)


def _caddy(folder: Path, text: str) -> list[str]:
    (file := folder / "Caddyfile").write_text(text)
    return [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(file)]


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    homes = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with (folder / "printed.log").open("wb") as printed:
        process = subprocess.Popen(command, stdout=printed, stderr=printed, env=os.environ | homes)
    try:
        while not _listens(port):
            assert process.poll() is None, (folder / "printed.log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(30)


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
