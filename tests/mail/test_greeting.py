"""Nobody has the shop's mail say what they wrote: a text that reads as an address is no name to greet by."""

import pytest
from tests.mail.composing import html_of, message_of, read, text_of

from orders.mail import greeting
from orders.shop import language

NAMES = [
    "Alice", "Zoë Ångström", "J. R. R. Tolkien", "Dr. Martin Luther King, Jr.", "Anne-Marie O'Brien", "髙橋 さくら",
    "محمد بن عبد الله", "สมชาย ใจดี", "Company No. 5", "Smith & Sons (2nd floor)", "3.5 Club", "Ω", "x" * 60,
    "Dr. No", "J.R.R. Tolkien", "Mary-Jane O'Neil", "St. John", "Alice Smith Jr.", "Tostadores del Volcán S.A. de C.V.",
    "Amazon EU S.à r.l.", "محمد (VIP)", "マイケル・ジャクソン", "ミカ・Smith", "安娜·卡列尼娜", "Gal·la Placídia",
    "Smith Bros. & Co.", 'Dorothy "Dot" Li', "Dot de Vries", "Ami·es de Lyon", "Alice Jr.\u2019s Café", "हिन्दी शर्मा",
    "🐙 Octavia & the 🎸 Band", "Point Break", "No. 1234",
]  # fmt: skip
NO_NAMES = [
    "You won! evil.example", "evil.example/login", "http://evil.example", "HTTPS://EVIL.EXAMPLE", "httpevil", "hxxp://x",
    "www.evil", "WWW.Evil.example", "eve@example.com", "Call @evil", "t.co/abc", "x.com", "tel:+19005550199",
    "mailto:a", "javascript:alert(1)", "//evil.example", "evil.example.", "(evil.example)", "Pay at a-b.c-d.example",
    "пример.рф", "例え.テスト", "evil。example", "evil\uff0eexample", "evil\uff61example", "evil\u2024example",
    "evil\ufe52example", "evil\u200b.example", "evil.\u2060example", "evil.\u0301example", "evil.\u00adexample",
    "\uff45\uff56\uff49\uff4c.\uff45\uff58", "eve\uff20example", "eve\ufe6bexample", "http\u200b://x",
    "\uff57\uff57\uff57.x", "185.10.20.30/login", "evil.xn--p1ai", "x" * 61,
    "उदाहरण.भारत", "evil.भारत", "evil。भारत", "हिन्दी.com", "পে.com", "ഭാരതം.com", "evil.ഭാരതം", "evil.சிங்கப்பூர்", "💩.la",
    "i❤.ws", "evil\u06d4com", "evil .com", "evil. com", "evil.💩💩",
    "evil.\u2800com", "evil\u3164.com", "evil.c\u20ddom", "evil.\u0488com", "evil.\u202fcom", "evil.\u180ecom",
    "evil.\ue000com", "evil.\u0378com", "evil.\u00b4com", "evil\u2488com",
    "[2001:db8::1]", "::1", "0x7f.1", "0x7f000001", "hxxp//evil", "\\\\evil\\share",
    "evil dot com", "evil DOT ru", "evil_dot_com", "evil punto com", "evil(.)com", "evil[.]com", "evil (dot) com",
    "evil【.】com", "evil·com", "evil・com", "evil•ru", "evil ・ com", "evil●com", "evil°com", "evil،com",
    "bob (at) evil", "bob [AT] evil", "bob <at> evil",
    "Call 555-0199", "+1 (900) 55", "Tel. 1 2 3 4 5", "☎ \u0661\u0662\u0663\u0664\u0665", "❶❷❸❹❺",
    "You have been chosen. Pay the fee to claim your prize today, please",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_greeted(name: str):
    message = message_of({"customerName": name})

    assert f"Hello {name}," in text_of(message).replace("\u2068", "").replace("\u2069", "")
    assert str(read(message)["To"].addresses[0].display_name) == name


@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
def test_what_reads_as_an_address_or_a_message_stands_nowhere_in_the_mail(name: str):
    message = message_of({"customerName": name})
    letter = read(message)

    assert "\nHello,\n" in text_of(message)
    assert ">Hello,<" in html_of(message)
    assert (letter["To"], letter["Subject"]) == ("zoe@example.com", "Your receipt for order basket-1")
    for part in (text_of(message), html_of(message)):
        assert name not in part
    assert name not in " ".join(map(str, letter.values()))


@pytest.mark.parametrize("code", sorted(language.codes()))
def test_every_language_has_a_greeting_without_a_name(code: str):
    message = message_of({"customerName": "Win at evil.example", "locale": code})

    assert f"\n{language.of(code).mail['greeting_without_name']}\n" in text_of(message)
    assert "evil" not in text_of(message) + html_of(message)
    assert "{" not in text_of(message)


def test_a_shops_own_template_is_not_given_it_either(monkeypatch: pytest.MonkeyPatch, tmp_path):
    (tmp_path / "receipt.txt").write_text("Ahoy {{ name }}! {{ words.greeting | filled(name=name) }}")
    monkeypatch.setenv("ORDERS_MAIL", str(tmp_path))

    assert text_of(message_of({"customerName": "Win at evil.example"})) == "Ahoy ! Hello,\n"


def test_a_text_of_any_length_is_judged():
    assert not greeting.is_name("a." * 1_000_000)
