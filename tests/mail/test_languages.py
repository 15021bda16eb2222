"""The message speaks the language of its order."""

import pytest
from tests.mail.composing import html_of, message_of, read, text_of

from orders.shop import language

WORDS = {code: language.of(code).mail for code in sorted(language.codes())}


@pytest.mark.parametrize("code", WORDS)
def test_a_message_has_the_words_of_its_orders_language(code: str):
    message = message_of({"locale": code})
    letter = read(message)

    assert letter["Content-Language"] == code
    assert letter["Subject"] == WORDS[code]["subject_without_shop"].replace("{order}", "basket-1")
    for key in ("heading", "sentence", "open", "attached"):
        assert WORDS[code][key] in text_of(message)
        assert WORDS[code][key] in html_of(message)
    assert f'<html lang="{code}" dir="{"rtl" if code in {"ar", "he"} else "ltr"}">' in html_of(message)


@pytest.mark.parametrize(
    ("locale", "spoken", "total"),
    [
        ("de-CH", "de-CH", "EUR 101.07"),
        ("pt-PT", "pt-PT", "101,07 €"),
        ("fr-FR", "fr-FR", "101,07 €"),
        ("it-IT", "it-IT", "101,07 €"),
        ("zh-TW", "zh-Hant-TW", "€101.07"),
        ("nn-NO", "nb", "101,07 €"),
        ("ka-GE", "en", "101,07 €"),
        (None, "en", "€101.07"),
    ],
)
def test_facts_are_in_the_formats_of_the_country(locale: str | None, spoken: str, total: str):
    message = message_of({"locale": locale} if locale else {})

    assert read(message)["Content-Language"] == spoken
    assert total in text_of(message).replace("\u00a0", " ")


def test_french_puts_a_space_before_the_colon():
    assert "Commande\u00a0: basket-1\n" in text_of(message_of({"locale": "fr"}))


def test_on_an_arabic_page_ids_and_names_keep_their_own_direction():
    message = message_of({"locale": "ar", "orderId": "12--34", "customerName": "Alice Smith Jr."})

    assert "\u206812--34\u2069" in text_of(message)
    assert "مرحبًا \u2068Alice Smith Jr.\u2069،" in text_of(message)
    assert 'مرحبًا <span dir="auto">Alice Smith Jr.</span>،' in html_of(message)


def test_an_arabic_name_does_not_turn_an_english_line_round():
    assert "Hello \u2068محمد (VIP)\u2069," in text_of(message_of({"customerName": "محمد (VIP)"}))


def test_words_that_were_edited_are_read_again():
    first = language.of("en")
    assert language.of("en") is first

    language.forget()

    assert language.of("en") is not first
