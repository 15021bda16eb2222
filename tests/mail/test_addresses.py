"""Whom a message goes to, and whom it is from."""

import re
from collections.abc import Callable

import pytest
from tests.mail.composing import PDF, addresses_of, damaged, message_of, read, row_of
from tests.support.examples import NINE

from orders.mail import address, compose, mailbox_key, sender
from orders.mail.address import Address
from orders.mail.sender import Sender
from orders.order.errors import MailRefused, Misconfigured


@pytest.mark.parametrize(
    ("email", "written"),
    [
        ("zoe@example.com", "zoe@example.com"),
        ("Zoe+Shop@Example.COM", "Zoe+Shop@example.com"),
        ("zoe@münchen.example", "zoe@xn--mnchen-3ya.example"),
        ("zoe@faß.example", "zoe@xn--fa-hia.example"),
        ("zoe@例え.テスト", "zoe@xn--r8jz45g.xn--zckzah"),
        ("zoe@مثال.إختبار", "zoe@xn--mgbh0fb.xn--kgbechtv"),
        ("zoe@xn--mnchen-3ya.example", "zoe@xn--mnchen-3ya.example"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("a..b.@example.com", '"a..b."@example.com'),
    ],
)
def test_an_envelope_has_the_domain_in_ascii(email: str, written: str):
    message = message_of({"customerEmail": email})

    assert message.recipient == written
    assert addresses_of(message, "To") == [written.replace('"', "")]
    assert message.content.isascii()


def test_letters_beyond_ascii_before_the_at_sign_stay_and_only_they_need_smtputf8():
    message = message_of({"customerEmail": "用户@münchen.example"})

    assert message.recipient == "用户@xn--mnchen-3ya.example"
    head, _, body = message.content.partition(b"\r\n\r\n")
    assert "<用户@xn--mnchen-3ya.example>" in head.decode()
    assert body.isascii()
    assert addresses_of(message, "To") == [message.recipient]


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("zoe@💩.example", "not a domain: Codepoint U+1F4A9"),
        ("zoe@-.example", "not a domain"),
        ("zoe@a..example", "not a domain: Empty Label"),
        ("zoe@example.com.", "not a domain"),
        (f"zoe@{'x' * 64}.example", "not a domain"),
        ("zoe@xn--0.example", "not a domain"),
        ("zoe@", "not a domain"),
        ("zoe", "not of the form name@domain"),
        (f"zoe@{'x.' * 140}example", "at most 254 characters"),
        ("zoe\r\nBcc: eve@example.com", "before the @ has characters"),
        ("zoe@example.com, eve@example.com", "before the @ has characters"),
        ("<zoe@example.com", "before the @ has characters"),
        ("zo\u202ee@example.com", "before the @ has characters"),
        ("zo\ud800e@example.com", "before the @ has characters"),
    ],
)
def test_what_cannot_be_written_is_refused_with_a_reason(email: str, reason: str):
    with pytest.raises(MailRefused, match=re.escape(reason)) as refusal:
        compose(damaged(customer_email=email), PDF, NINE)

    assert str(refusal.value).startswith("The customer's e-mail address can't be written: ")


RECEIPTS = Address("receipts", "casaluna.example")


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("receipts@casaluna.example", Sender(None, RECEIPTS)),
        (" <receipts@casaluna.example> ", Sender(None, RECEIPTS)),
        ("Casa Luna <receipts@casaluna.example>", Sender("Casa Luna", RECEIPTS)),
        ('"Luna, Casa" <receipts@casaluna.example>', Sender("Luna, Casa", RECEIPTS)),
        ("Käse & Brot <hallo@käse.example>", Sender("Käse & Brot", Address("hallo", "xn--kse-qla.example"))),
    ],
)
def test_a_sender_is_an_address_perhaps_with_a_name(text: str, parsed: Sender):
    assert sender.parse(text) == parsed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Casa Luna", "not of the form name@domain"),
        ("Casa Luna <>", "not of the form name@domain"),
        ("a@b.example, c@d.example", "before the @ has characters"),
        ("One <a@b.example> Two <c@d.example>", "write one address, on one line"),
        ("Casa\r\nBcc: eve@example.com <a@b.example>", "write one address, on one line"),
        ("käse@b.example", "only ASCII letters before the @"),
        ("a@b_c.example", "not a domain"),
    ],
)
def test_a_sender_that_cannot_be_used_is_named_with_advice(text: str, reason: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ORDERS_SENDER", text)
    with pytest.raises(Misconfigured, match=r"^ORDERS_SENDER is ") as error:
        message_of()

    assert reason in str(error.value)
    assert str(error.value).endswith("It should look like Casa Luna <receipts@casaluna.example>")


def test_messages_are_from_the_sender_that_is_configured(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ORDERS_SENDER", "Käse & Brot <hallo@käse.example>")
    message = message_of()

    assert message.sender == "hallo@xn--kse-qla.example"
    assert str(read(message)["From"]) == "Käse & Brot <hallo@xn--kse-qla.example>"
    assert read(message)["Message-ID"].endswith("@xn--kse-qla.example>")


@pytest.mark.parametrize(
    ("configured", "shop", "sent_from"),
    [
        ("", "", "Receipts <receipts@shop.invalid>"),
        ("", 'name = "Casa Luna"', "Casa Luna <receipts@shop.invalid>"),
        ("receipts@casaluna.example", 'name = "Casa Luna"', "Casa Luna <receipts@casaluna.example>"),
        ("Luna <receipts@casaluna.example>", 'name = "Casa Luna"', "Luna <receipts@casaluna.example>"),
        ("receipts@casaluna.example", "", "receipts@casaluna.example"),
    ],
)
def test_a_sender_without_a_name_has_the_shops(
    configured: str, shop: str, sent_from: str, shop_is: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
):
    shop_is(shop)
    monkeypatch.setenv("ORDERS_SENDER", configured)

    assert str(read(message_of())["From"]) == sent_from


def test_an_address_is_parsed_as_it_is_written():
    assert str(address.parse("a.b@example.com")) == "a.b@example.com"


@pytest.mark.parametrize("email", ["zoe@münchen.example", "ZOE@XN--MNCHEN-3YA.example", "zoe+shop@MÜNCHEN.example"])
def test_a_mailbox_is_the_same_however_its_address_is_written(email: str):
    assert mailbox_key(row_of({"customerEmail": email})) == mailbox_key(
        row_of({"customerEmail": "zoe@münchen.example"})
    )
