"""Where webhooks go on a machine with addresses of its own, with a DNS that changes its answers, and without IPv6.

Each test has a network of its own (`unshare`): nobody else is in it, and it may have public addresses.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NAMESPACE = ("unshare", "--user", "--map-root-user", "--net", "--mount")


def has_namespaces() -> bool:
    try:
        return subprocess.run([*NAMESPACE, "ip", "link", "set", "lo", "up"], capture_output=True).returncode == 0
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not has_namespaces(), reason="needs Linux with user namespaces, and ip")

PORT = 8443
PREPARED = """
ip link set lo up
ip address add 8.8.4.4/32 dev lo
mount --bind "$1" /etc/resolv.conf
"""
"""A machine that has a public address."""
NOBODY_ANSWERS = "127.0.0.53"
SCRIPT = f"""
import json, socket, ssl, sys, threading
from ipaddress import ip_address
from orders.outbound.addresses import is_this_machine
from orders.outbound.http_sender import HttpSender
from orders.outbound.rules import Rules
from orders.ports.events import WebRequest

accepted, questions, connected = [], [], []
listener = socket.create_server(("0.0.0.0", {PORT}))

def listen():
    while True:
        one, peer = listener.accept()
        accepted.append(peer[0])
        one.close()

def answer_questions(dns, answers):
    while True:
        query, peer = dns.recvfrom(512)
        end = query.index(b"\\0", 12) + 5
        question = query[12:end]
        is_a = question[-4:-2] == b"\\0\\1"
        found = []
        if is_a:
            found = [answers.pop(0) if len(answers) > 1 else answers[0]]
            questions.append(found[0])
        records = [b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\0\\0\\4" + socket.inet_aton(each) for each in found]
        dns.sendto(query[:2] + b"\\x81\\x80\\0\\1\\0%c\\0\\0\\0\\0" % len(found) + question + b"".join(records), peer)

def connect(one, place, real=socket.socket.connect):
    if one.type & socket.SOCK_STREAM:
        connected.append(place[0])
    real(one, place)

dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
dns.bind(("{NOBODY_ANSWERS}", 53))
threading.Thread(target=listen, daemon=True).start()
socket.socket.connect = connect

def post(url, answers=("127.0.0.1",), rules=Rules()):
    server = threading.Thread(target=answer_questions, args=(dns, list(answers)), daemon=True)
    server.start()
    sender = HttpSender(rules, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), seconds=5)
    return sender.post_all([WebRequest(url, {{}}, b"{{}}")])[0].error

found = eval(sys.argv[1])
print(json.dumps([found, questions, connected, accepted]))
"""
NOT_PUBLIC = "the host name resolves to an address that is not public"


def said(expression: str, tmp_path: Path, *prepared: str) -> Any:
    """The value of an expression in a process in such a network: with what the DNS answered, and who was reached."""
    resolver, script = tmp_path / "resolv.conf", tmp_path / "script.py"
    resolver.write_text(f"nameserver {NOBODY_ANSWERS}\noptions timeout:2 attempts:1\n", encoding="utf-8")
    script.write_text(SCRIPT, encoding="utf-8")
    commands = "\n".join([PREPARED, *prepared, 'exec "$2" "$3" "$4"'])
    done = subprocess.run(
        [*NAMESPACE, "sh", "-ec", commands, "sh", resolver, sys.executable, script, expression],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("host", ["8.8.4.4", "hooks.example"])
def test_a_public_address_of_this_machine_is_not_connected_to(host: str, tmp_path: Path):
    found = said(f"post('https://{host}:{PORT}/', ['8.8.4.4'])", tmp_path)

    assert found == [NOT_PUBLIC, ["8.8.4.4"] * (host != "8.8.4.4"), [], []]


def test_a_host_that_is_allowed_by_name_is_not_this_machine(tmp_path: Path):
    rules = "Rules(hosts=frozenset({'hooks.internal'}))"
    found = said(f"post('https://hooks.internal:{PORT}/', ['8.8.4.4'], {rules})", tmp_path)

    assert found == [NOT_PUBLIC, ["8.8.4.4"], [], []]


def test_a_name_that_leads_inside_a_moment_after_it_was_checked_leads_nowhere(tmp_path: Path):
    """The answers have a lifetime of zero seconds: whoever resolves the name twice gets the second one."""
    found = said(f"post('https://hooks.example:{PORT}/', ['8.8.8.8', '127.0.0.1'])", tmp_path)

    assert found == ["no connection", ["8.8.8.8"], ["8.8.8.8"], []]


def test_a_machine_that_lets_sockets_be_bound_to_any_address_sends_to_public_ones(tmp_path: Path):
    found = said(
        f"post('https://hooks.example:{PORT}/', ['8.8.8.8']), post('https://8.8.4.4:{PORT}/')",
        tmp_path,
        "echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind",
    )

    assert found == [["no connection", NOT_PUBLIC], ["8.8.8.8"], ["8.8.8.8"], []]
