"""nginx, as it may stand in front of a server."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

NGINX = shutil.which("nginx")
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: apt-get install nginx-light)")

CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log stderr; worker_rlimit_nofile 256;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {address}; {settings} }} }}
}}
"""


@contextmanager
def nginx(folder: Path, address: str, settings: str = "") -> Iterator[str]:
    """The address of a proxy that passes everything on to `address`, with these settings of `location /`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, port=port, address=address, settings=settings))
    process = subprocess.Popen([str(NGINX), "-c", str(file), "-e", "stderr"], stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        urllib3.request("GET", f"{url}/", retries=urllib3.Retry(20, backoff_factor=0.02), timeout=5)
        yield url
    finally:
        process.terminate()
        process.wait(10)
