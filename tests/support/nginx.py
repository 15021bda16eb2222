"""nginx, as it may stand in front of a server."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support.tls import certificate_for_loopback

NGINX = shutil.which("nginx")
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: apt-get install nginx-light)")
PREFIX = "/shop/orders"
"""The path below which a server is, behind the proxy with TLS."""

CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log stderr; worker_rlimit_nofile 256;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port} {tls}; location {path} {{ proxy_pass {address}; {settings} }} }}
}}
"""
FORWARDED = (
    "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;"
    " proxy_set_header X-Forwarded-Proto $scheme; "
)


@contextmanager
def nginx(folder: Path, address: str, settings: str = "", path: str = "/", tls: str = "") -> Iterator[int]:
    """The port of a proxy that passes everything below the path on to `address`, with these settings."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = folder / "nginx.conf"
    written = CONFIGURATION.format(folder=folder, port=port, address=address, settings=settings, path=path, tls=tls)
    file.write_text(written)
    process = subprocess.Popen([str(NGINX), "-c", str(file), "-e", "stderr"], stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and not _listens(port):
            pass
        yield port
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def nginx_with_tls(folder: Path, server: str, *, tells_prefix: bool) -> Iterator[tuple[str, Path]]:
    """The address of a proxy that serves `server` below a path, and the certificate to trust."""
    certificate, key = certificate_for_loopback(folder)
    tls = f"ssl; ssl_certificate {certificate}; ssl_certificate_key {key}"
    settings = FORWARDED + (f"proxy_set_header X-Forwarded-Prefix {PREFIX};" if tells_prefix else "")
    with nginx(folder, f"{server}/", settings, f"{PREFIX}/", tls) as port:
        yield f"https://127.0.0.1:{port}{PREFIX}", certificate


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
