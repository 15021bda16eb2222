"""No URL and no answer of the DNS leads to an address inside, however it is written.

The sender is the real one. A socket listens on every interface of this machine, and nothing else listens at its port.
What a name resolves to is scripted, and so is what it resolves to a moment later. A number in any notation is resolved
by the C library, which knows more notations than one thinks of.
"""

import errno
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from tests.support.examples import NINE

from orders.order.errors import BadRequest
from orders.order.webhook import LONGEST_RETRY_AFTER, Answer
from orders.outbound.attempt import retry_after
from orders.outbound.http_sender import HttpSender
from orders.outbound.rules import Rules
from orders.ports.events import WebRequest

Lookup = Sequence[str]
"""The addresses in one answer of the DNS."""
NAME, NAMED = "hooks.example", "hooks.internal"
BY_NAME = Rules(hosts=frozenset({NAMED}), own_host="api.casaluna.example")
AZURE = ip_address("168.63.129.16")
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
MANY = settings(max_examples=200, deadline=None)


@dataclass
class Network:
    """What the code asked the DNS and connected to, and how often somebody connected to `port` of this machine."""

    port: int
    lookups: list[Lookup] = field(default_factory=list)
    """What the DNS answers, one after the other. The last answer stays."""
    asked: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    accepted: list[object] = field(default_factory=list)

    def scripted(self, *lookups: Lookup) -> None:
        self.lookups = list(lookups)
        for each in (self.asked, self.connected, self.accepted):
            each.clear()

    def resolve(self, host: str, port: int, **hints: Any) -> list[Any]:
        self.asked.append(host)
        try:
            return real_getaddrinfo(host, port, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)
        except socket.gaierror:
            found = self.lookups.pop(0) if len(self.lookups) > 1 else self.lookups[0]
            return [found_address(each, port) for each in found]

    def connect(self, one: socket.socket, place: Any) -> None:
        """Really, if somebody could listen there. Otherwise a host outside, which refuses."""
        if not one.type & socket.SOCK_STREAM:
            return real_connect(one, place)
        self.connected.append(place[0])
        address = ip_address(place[0].partition("%")[0])
        if not address.is_loopback and not is_bound(address):
            raise ConnectionRefusedError
        return real_connect(one, place)


real_getaddrinfo, real_connect = socket.getaddrinfo, socket.socket.connect


def found_address(text: str, port: int) -> object:
    if ":" not in text:
        return socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, port)
    return socket.AF_INET6, socket.SOCK_STREAM, 6, "", (text, port, 0, 2 if "%" in text else 0)


def is_bound(address: IPv4Address | IPv6Address) -> bool:
    with socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return False
    return True


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """On every address of this machine, of both families. It takes no notice of what it is sent."""
    both = socket.has_dualstack_ipv6()
    listener = socket.create_server(
        ("::" if both else "0.0.0.0", 0), family=socket.AF_INET6 if both else socket.AF_INET, dualstack_ipv6=both
    )
    accepted: list[object] = []

    def accept() -> None:
        while True:
            try:
                one, peer = listener.accept()
            except OSError:
                return
            accepted.append(peer)
            one.close()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield listener.getsockname()[1], accepted
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with listening() as (port, accepted), pytest.MonkeyPatch.context() as patch:
        network = Network(port, accepted=accepted)
        patch.setattr(socket, "getaddrinfo", network.resolve)
        patch.setattr(socket.socket, "connect", lambda one, place: network.connect(one, place))
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            patch.setenv(name, f"http://127.0.0.1:{port}")
        yield network


def post(url: str, rules: Rules = BY_NAME) -> Answer:
    with closing(HttpSender(rules, NO_CERTIFICATES, seconds=5)) as sender:
        return sender.post_all([WebRequest(url, {}, b"{}")])[0]


def wrapped(address: IPv6Address) -> list[IPv4Address]:
    """The addresses of IPv4 in one of IPv6: what a gateway, or the kernel, may make of it."""
    number = int(address)
    last, teredo = IPv4Address(number & 0xFFFFFFFF), address.teredo
    found = [address.ipv4_mapped, address.sixtofour, *(teredo or ())]
    if number >> 32 in {0, 0xFFFF, 0xFFFF0000, int(IPv6Address("64:ff9b::")) >> 32} and number > 1:
        found.append(last)
    return [each for each in found if each]


def is_inside(text: str) -> bool:
    """A second opinion, of the standard library and of this machine's own interfaces."""
    address = ip_address(text)
    within = wrapped(address) if isinstance(address, IPv6Address) else []
    return any(
        not each.is_global or each.is_multicast or each == AZURE or (isinstance(each, IPv6Address) and each.scope_id)
        for each in (address, *within)
    ) or is_bound(address)


INSIDE_V4 = (
    "127.0.0.1", "127.255.0.9", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1",
    "192.0.2.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
)  # fmt: skip
INSIDE_V6 = (
    "::", "::1", "fe80::1", "fe80::1%2", "fec0::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "ff02::1", "ff0e::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a9fe:a9fe::", "2001::1",
    "2001:0:a9fe:a9fe::", "2001:db8::1", "3fff::1", "100::1", "5f00::1", "4000::1",
)  # fmt: skip
PUBLIC = (
    "8.8.8.8",
    "1.1.1.1",
    "93.184.215.14",
    "223.255.255.254",
    "2606:4700::1111",
    "2a00:1450::1",
    "64:ff9b::808:808",
)
OF_A_NETWORK = st.sampled_from(["127.0.0.0/8", "10.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10", "224.0.0.0/4"])


def own_addresses() -> list[str]:
    """Those from which this machine would send."""
    found = list[str]()
    for family, outside in ((socket.AF_INET, "8.8.8.8"), (socket.AF_INET6, "2606:4700::1111")):
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((outside, 9))
            found.append(probe.getsockname()[0])
    return found


inside_v4 = st.sampled_from(INSIDE_V4) | OF_A_NETWORK.flatmap(lambda net: st.ip_addresses(network=net)).map(str)
inside = inside_v4 | st.sampled_from((*INSIDE_V6, *own_addresses()))
anywhere = inside | st.sampled_from(PUBLIC) | st.ip_addresses().map(str)


@st.composite
def spelled_v4(draw: st.DrawFn) -> str:
    """An address inside, in one of the notations that `inet_aton`, a browser or a careless parser takes."""
    number = int(IPv4Address(draw(inside_v4)))
    count = draw(st.integers(1, 4))
    last = 8 * (5 - count)
    parts = [number >> (24 - 8 * index) & 0xFF for index in range(count - 1)] + [number & (1 << last) - 1]
    form = draw(st.sampled_from(["{}", "0{:o}", "0x{:x}", "0X{:X}", "0x{:08x}", "{:03}", "000{:o}", "0x00000000{:x}"]))
    mixed = [draw(st.sampled_from([form, "{}"])).format(part) for part in parts]
    return draw(st.sampled_from([".", ".", ".", "\u3002", "\uff0e", "\uff61", "%2e"])).join(mixed)


@st.composite
def spelled_v6(draw: st.DrawFn) -> str:
    v4 = IPv4Address(draw(inside_v4))
    high, low = int(v4) >> 16, int(v4) & 0xFFFF
    inverted = IPv4Address(int(v4) ^ 0xFFFFFFFF)
    form = draw(
        st.sampled_from(
            [
                f"::ffff:{v4}", f"::ffff:{high:x}:{low:x}", f"0:0:0:0:0:FFFF:{high:X}:{low:X}", f"::{v4}",
                f"::{high:x}:{low:x}", f"::ffff:0:{v4}", f"64:ff9b::{v4}", f"64:ff9b:1::{v4}", f"0064:FF9B::{v4}",
                f"2002:{high:x}:{low:x}::1", f"2002:{high:04x}:{low:04x}:0:0:0:0:1", f"2001:0:{high:x}:{low:x}::1",
                f"2001::{int(inverted) >> 16:x}:{int(inverted) & 0xFFFF:x}", f"fe80::5efe:{v4}", "::1", "::", "0::0:1",
                "fe80::1%25eth0", "fe80::1%eth0", "fe80::1%252", "::1%25lo", f"::ffff:{v4}%25lo", "fd00:ec2::254",
                "[::1]", f"::ffff:0{v4}",
            ]
        )
    )  # fmt: skip
    return f"[{form}]"


FULL_WIDTH = {ord(digit): 0xFEE0 + ord(digit) for digit in "0123456789."}
CIRCLED = {ord(digit): 0x245F + int(digit) for digit in "123456789"} | {ord("0"): 0x24EA}


def percent(text: str) -> str:
    return "".join(f"%{ord(each):02x}" for each in text)


DISGUISES = (
    str.upper, percent, lambda host: host.translate(FULL_WIDTH), lambda host: host.translate(CIRCLED),
    "{}.", "\u200b{}", "\u00ad{}", " {}", "{}\t", "hooks.example@{}", "u:p@{}", "{}@hooks.example",
    "hooks.example:443@{}", "hooks.example%40{}", "hooks.example\\@{}", "hooks.example#@{}", "hooks.example?@{}",
    "hooks.example;{}", "{}%00.hooks.example", "{}\r\nHost: hooks.example", "{}#.hooks.example", "{}?.hooks.example",
    "{}\\.hooks.example", "{},hooks.example", "-{}", "{}.nip.io", "xn--{}",
)  # fmt: skip
NAMES = (
    "localhost", "localhost.localdomain", "x.localhost", "\u24dbocalhost", "loc\u00adalhost", "ip6-localhost",
    "metadata", "metadata.google.internal", "instance-data", "127.0.0.1.nip.io", "localtest.me", "api.casaluna.example",
    "API.casaluna.example", "hooks.example", "HOOKS.internal", "h\u00f6ks.example", "xn--hks-sna.example",
    "hooks.example\uff0e", "0x7f.1.example", "1e3", "127.1", "0", "00", "0x", "0x.0x", "\uff11",
)  # fmt: skip


def mostly(usual: str, others: Sequence[str]) -> st.SearchStrategy[str]:
    """The usual part of a URL, so that another part of it is what matters."""
    return st.just(usual) | st.just(usual) | st.just(usual) | st.sampled_from(others)


@st.composite
def disguised(draw: st.DrawFn) -> str:
    host = draw(st.sampled_from(NAMES) | spelled_v4() | spelled_v6() | inside_v4)
    disguise = draw(st.none() | st.none() | st.sampled_from(DISGUISES))
    if disguise is None:
        return host
    return disguise.format(host) if isinstance(disguise, str) else disguise(host)


urls = st.tuples(
    mostly("https://", ["HTTPS://", "http://", "https:", "https:/", "//", "https:\\\\", "ws://"]),
    disguised(),
    mostly(
        ":{port}", ["", ":443", ":0{port}", ":80", ":0", ":22", ":65536", ":+{port}", ":", ":{port}:443", ":4\uff143"]
    ),
    mostly(
        "/hook", ["", "?x", "/..;/", "/\\127.0.0.1/", "//127.0.0.1/", "/%0d%0aHost:%20127.0.0.1", "#", "/@127.0.0.1"]
    ),
).map("".join)


@MANY
@given(url=urls, lookup=st.lists(inside, min_size=1, max_size=3))
@example(url="https://hooks.example:{port}/", lookup=["127.0.0.1"])
@example(url="https://hooks.internal:{port}/", lookup=["169.254.169.254"])
def test_no_url_leads_inside_if_every_name_has_an_address_inside(network: Network, url: str, lookup: Lookup):
    rules = Rules(own_host="api.casaluna.example")
    network.scripted(lookup)
    answer = post(url.replace("{port}", str(network.port)), rules)

    event("accepted" if network.asked else "refused by its looks")
    assert answer.status is None
    assert (network.connected, network.accepted) == ([], [])


@MANY
@given(first=st.lists(anywhere, min_size=1, max_size=4), then=st.lists(inside, min_size=1, max_size=2))
@example(first=["8.8.8.8"], then=["127.0.0.1"])
@example(first=["8.8.8.8", "127.0.0.1"], then=["8.8.8.8"])
def test_a_name_is_connected_to_as_it_was_checked_whatever_it_resolves_to_a_moment_later(
    network: Network, first: Lookup, then: Lookup
):
    network.scripted(first, then)
    post(f"https://{NAME}:{network.port}/")

    event("inside" if any(map(is_inside, first)) else "outside")
    assert network.asked == [NAME]
    assert network.accepted == []
    assert not any(map(is_inside, network.connected))
    if any(map(is_inside, first)):
        assert network.connected == []


@MANY
@given(lookup=st.lists(st.sampled_from(PUBLIC), min_size=1, max_size=4))
def test_a_public_host_is_tried_at_each_of_its_addresses(network: Network, lookup: Lookup):
    """Or else the tests above prove nothing."""
    network.scripted(lookup)
    answer = post(f"https://{NAME}:{network.port}/")

    assert network.connected == lookup
    assert answer.error == "the connection was refused"


@MANY
@given(lookup=st.lists(inside, min_size=1, max_size=2))
@example(lookup=["fd00:ec2::254"])
@example(lookup=["10.0.0.1", "169.254.169.254"])
def test_a_host_that_is_allowed_by_name_leads_to_no_link_local_multicast_or_metadata_address(
    network: Network, lookup: Lookup
):
    network.scripted(lookup)
    post(f"https://{NAMED}:{network.port}/")

    for address in map(ip_address, network.connected):
        assert not address.is_link_local
        assert not address.is_multicast
        assert not address.is_unspecified
        assert not is_bound(address) or address.is_loopback
    assert not {*network.connected} & {
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
    }


def test_a_host_that_is_allowed_by_name_is_reached_at_a_private_address(network: Network):
    network.scripted(["10.0.0.1"])
    post(f"https://{NAMED}:{network.port}/")

    assert network.connected == ["10.0.0.1"]


class WithoutIPv6(socket.socket):
    def __init__(self, family: int = socket.AF_INET, *rest: Any, **named: Any) -> None:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        super().__init__(family, *rest, **named)


def test_a_kernel_without_ipv6_sends_to_the_other_addresses(network: Network, monkeypatch: pytest.MonkeyPatch):
    network.scripted(["2606:4700::1111", "8.8.8.8"])
    monkeypatch.setattr(socket, "socket", WithoutIPv6)
    post(f"https://{NAME}:{network.port}/")

    assert network.connected == ["8.8.8.8"]


def test_a_connection_that_was_lost_is_replaced_by_one_to_an_address_that_is_checked_again(network: Network):
    """The server behind the name closes the kept connection; then the name has another address."""
    network.scripted(["127.0.0.1"], ["10.0.0.1"])
    rules = Rules(with_loopback=True)
    answers = [
        post(f"http://localhost:{network.port}/", rules),
        post(f"http://localhost:{network.port}/", rules),
    ]

    assert network.connected == ["127.0.0.1"]
    assert [answer.error for answer in answers] == [
        "the connection was closed before an answer",
        "the host name resolves to an address that is not public",
    ]


@MANY
@given(
    url=st.text(max_size=60)
    | st.text(st.characters(max_codepoint=127), max_size=60).map(lambda text: f"https://{text}")
)
def test_any_text_is_either_refused_or_names_one_host(url: str):
    try:
        target = BY_NAME.target(url)
    except BadRequest:
        return
    assert target.host.isascii()
    assert target.target.startswith("/")
    assert not set(target.host + target.target) & set("\r\n\t \\@#")


@MANY
@given(text=st.text(max_size=40) | st.text(st.sampled_from("0123456789 ,:+-()GMTMonNov"), max_size=40))
@example(text="Mon, 23 Nov 2026 09:10:00 GMT" + " 0" * 20)
def test_whatever_an_answer_says_of_when_to_try_again_is_a_pause_or_nothing(text: str):
    pause = retry_after(text, NINE)

    assert pause is None or 0 <= pause.total_seconds() <= LONGEST_RETRY_AFTER.total_seconds()
