"""What a page of another server on this machine can do to a server without keys: nothing."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser
from tests.browser.pages import Shop

FETCH = "url => fetch(url, {method: 'POST', mode: 'no-cors'}).catch(() => null).then(() => true)"
FORM = """url => new Promise(done => {
  document.body.innerHTML = `<iframe name=there></iframe><form method=post target=there action="${url}"></form>`
  document.querySelector('iframe').onload = () => done(true)
  document.forms[0].submit()
})"""


class Blank(BaseHTTPRequestHandler):
    """A page without anything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Another</title>")

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def another() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Blank) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("attack", [FETCH, FORM], ids=["fetch", "form"])
def test_a_page_on_another_port_changes_nothing(browser: Browser, shop: Shop, another: str, name: str, attack: str):
    url = f"{shop.address}/operations/orders/broken-1/retry".replace("127.0.0.1", name)
    with browser.new_page() as page:
        page.goto(another.replace("127.0.0.1", name))
        assert page.evaluate(attack, url)

    assert shop.api.get("/orders/broken-1").body["status"] == "FAILED"


def test_the_servers_own_page_may(browser: Browser, shop: Shop):
    shop.fail("mendable")
    with browser.new_page() as page:
        page.goto(f"{shop.address}/")
        status = page.evaluate(
            "fetch('/operations/orders/mendable/retry', {method: 'POST'}).then(answer => answer.status)"
        )

    assert status == 202
