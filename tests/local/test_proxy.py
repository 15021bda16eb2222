"""A real proxy in front of the server."""

from pathlib import Path

import pytest
import urllib3
from tests.nginx import needs_nginx, nginx
from tests.servers import serving

USUAL = "proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;"


@needs_nginx
@pytest.mark.parametrize("settings", ["", USUAL])
def test_behind_nginx_only_a_server_with_keys_answers(tmp_path: Path, settings: str):
    for folder in (open_data := tmp_path / "open", keyed_data := tmp_path / "keyed"):
        folder.mkdir()
    with serving(open_data) as address, nginx(tmp_path, address, settings) as proxied:
        refused = urllib3.request("GET", f"{proxied}/openapi.json")
        assert (refused.status, b"--ask-for-keys" in refused.data) == (403, True)

    with serving(keyed_data, "--ask-for-keys") as address, nginx(tmp_path, address, settings) as proxied:
        assert urllib3.request("GET", f"{proxied}/openapi.json").status == 200
