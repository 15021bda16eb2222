"""Which addresses customers can reach, and what ORDERS_PUBLIC_URL may be."""

import threading

import pytest

from orders.order.errors import Misconfigured
from orders.shop import public_url

HOSTS = [
    "casaluna.example", "CASALUNA.example:8443", "casaluna.example.", "xn--mnchen-3ya.example", "my_shop.example",
    "a.b", "localhost", "localhost:8000", "till", "127.0.0.1:1", "93.184.216.34", "[::1]", "[2606:4700::1111]:65535",
]  # fmt: skip
NO_HOSTS = [
    "", ".", "a..b", "-a.example", "a b", "a/b", "a?b", "a#b", "a@b", "a\\b", "a:", "a:0", "a:65536", "a:8a", "a:1:2",
    "::1", "[::1", "[::g]", "[127.0.0.1]", "[fe80::1%25eth0]", "münchen.example", "a\n", "a\x00", "'\"><script>",
    "x" * 64, ".".join(["x" * 60] * 5), "a.example, b.example", "a:٣",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_is_a_name_or_an_address_and_perhaps_a_port(host: str):
    assert public_url.is_host(host)


@pytest.mark.parametrize("host", NO_HOSTS, ids=ascii)
def test_anything_else_is_a_malformed_host(host: str):
    assert not public_url.is_host(host)
    assert not public_url.is_public(f"https://{host}/")


@pytest.mark.parametrize(
    "host",
    [
        "casaluna.example", "CASALUNA.example.", "a.b:8443", "93.184.216.34", "[2606:4700::1111]", "local.example",
        "onion.example", "[64:ff9b::93.184.216.34]", "[2002:5db8:d822::1]", "[::ffff:93.184.216.34]",
    ],
)  # fmt: skip
def test_a_name_with_a_domain_and_a_routed_address_are_public(host: str):
    assert public_url.is_public(f"https://{host}/orders/")


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST:8000", "localhost.", "shop.localhost", "till", "till:8000", "xn--mnchen-3ya",
        "till.local", "till.LOCAL.", "till.lan", "till.internal", "host.docker.internal", "till.home.arpa", "home.arpa",
        "till.home", "till.corp", "till.intranet", "till.private", "localhost.localdomain", "till.test", "till.invalid",
        "127.0.0.1", "127.9.9.9:80", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1",
        "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "[::1]", "[::]", "[fc00::1]", "[fd12::1]:8000",
        "[fe80::1]", "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[2002:7f00:1::]", "[2002:c0a8:0101::]", "[::127.0.0.1]", "[::2]",
        "[::ffff:0:127.0.0.1]", "[::ffff:0:192.168.1.1]", "[64:ff9b::224.0.0.1]", "[64:ff9b:1::808:808]", "[fec0::1]",
        "[feff::1]:8000", "[3fff::1]", "[4000::1]", "[5f00::1]", "[2001:db8::1]",
        "till.onion", "TILL.Onion.", "till.alt", "till.workgroup", "till.mshome.net", "till.i2p",
        "127.1", "0x7f.1", "10.0x1", "2130706433",
    ],
)  # fmt: skip
def test_what_means_something_on_one_network_only_is_not(host: str):
    assert public_url.is_host(host)
    assert not public_url.is_public(f"https://{host}/")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://casaluna.example", "https://casaluna.example/"),
        ("HTTPS://CasaLuna.example/", "https://casaluna.example/"),
        ("http://casaluna.example:8080/Shop/orders", "http://casaluna.example:8080/Shop/orders/"),
        ("https://casaluna.example/orders/", "https://casaluna.example/orders/"),
        ("https://[2606:4700::1111]/a-b/c_d/~e.f", "https://[2606:4700::1111]/a-b/c_d/~e.f/"),
    ],
)
def test_the_public_address_ends_in_a_slash_however_it_is_written(monkeypatch: pytest.MonkeyPatch, text: str, url: str):
    monkeypatch.setenv("ORDERS_PUBLIC_URL", f" {text} ")

    assert public_url.configured() == url


def test_without_the_setting_there_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ORDERS_PUBLIC_URL", " ")
    assert public_url.configured() is None
    monkeypatch.delenv("ORDERS_PUBLIC_URL")
    assert public_url.configured() is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("casaluna.example", "begin with https://"),
        ("ftp://casaluna.example", "begin with https://"),
        ("https:casaluna.example", "begin with https://"),
        ("javascript:alert(1)", "begin with https://"),
        ("https://", "host"),
        ("https:///orders", "host"),
        ("https://casaluna.example:99999", "host"),
        ("https://-/", "host"),
        ("https://shop:s3cret@casaluna.example", "user"),
        ("https://casaluna.example/?a=1", "before any"),
        ("https://casaluna.example?a", "before any"),
        ("https://casaluna.example/#a", "before any"),
        ("https://casaluna.example//orders", "path"),
        ("https://casaluna.example/a/../b", "path"),
        ("https://casaluna.example/a%2Fb", "path"),
        ("https://casaluna.example/a\"b", "path"),
        ("https://münchen.example", "xn--"),
        ("https://casaluna.example/a b", "blanks"),
        ("https://casaluna.example/a\nb", "blanks"),
        (f"https://casaluna.example/{'x' * 200}", "200"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_address_is_refused_with_the_reason_and_not_repeated(text: str, reason: str):
    with pytest.raises(Misconfigured, match=r"ORDERS_PUBLIC_URL.*like https://orders\.casaluna\.example") as error:
        public_url.parse(text)

    assert reason in str(error.value)
    assert "s3cret" not in str(error.value)


def test_a_private_address_is_logged_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    monkeypatch.setattr(public_url, "_warned", threading.Event())
    monkeypatch.delenv("ORDERS_PUBLIC_URL", raising=False)
    for url in ("https://casaluna.example/", "http://localhost:8000/", "http://localhost:8000/", "http://till/"):
        public_url.warn_unless_public(url)

    (line,) = caplog.messages
    assert line.startswith("http://localhost:8000/ is a private address: receipts and mails that leave this machine")
    assert "Set ORDERS_PUBLIC_URL" in line


def test_a_private_address_in_the_setting_is_logged_as_such(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(public_url, "_warned", threading.Event())
    monkeypatch.setenv("ORDERS_PUBLIC_URL", "http://192.168.1.5:8000")
    public_url.warn_unless_public(public_url.configured() or "")

    assert caplog.messages == [
        "ORDERS_PUBLIC_URL (http://192.168.1.5:8000/) is a private address: receipts and mails that leave this machine"
        " have no link."
    ]


@pytest.mark.parametrize(
    ("text", "url"),
    [("https://x.example", "https://x.example/"), ("http://x.example", None), ("HTTP://x.example", None), ("", None)],
)
def test_a_key_is_sent_to_an_encrypted_address_only(monkeypatch: pytest.MonkeyPatch, text: str, url: str | None):
    monkeypatch.setenv("ORDERS_PUBLIC_URL", text)

    assert public_url.encrypted() == url
