"""A shop replaces words, or adds a language, in a folder `languages/` beside its `shop.toml`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orders.order.errors import Misconfigured
from orders.shop import language


@pytest.fixture
def languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for the words of a shop whose file is beside it."""
    (tmp_path / "shop.toml").write_text('name = "Casa Luna"\n', encoding="utf-8")
    monkeypatch.setenv("ORDERS_RECEIPT", str(tmp_path / "shop.toml"))
    (tmp_path / "languages").mkdir()
    language.forget()
    yield tmp_path / "languages"
    language.forget()


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    language.forget()


def test_a_word_is_replaced_and_the_others_stay(languages: Path):
    write(languages / "de.toml", 'receipt = "Kassenbon"\n[mail]\ngreeting = "Hallo {name}!"\n')

    german = language.of("de-AT")
    assert german.words["receipt"] == "Kassenbon"
    assert german.words["invoice"] == "Rechnung"
    assert german.mail["greeting"] == "Hallo {name}!"
    assert german.mail["heading"] == "Ihre Quittung"
    assert language.of("fr").words["receipt"] == "Reçu"


def test_english_words_of_a_shop_replace_no_other_languages(languages: Path):
    write(languages / "en.toml", 'receipt = "Sales slip"\n')

    assert language.of("en-GB").words["receipt"] == "Sales slip"
    assert language.of("de").words["receipt"] == "Quittung"
    assert language.of("ka").words["receipt"] == "Sales slip"


def test_a_shop_adds_a_language_and_what_it_leaves_out_is_english(languages: Path):
    write(languages / "ka.toml", 'receipt = "ქვითარი"\n')

    georgian = language.of("ka-GE")
    assert (georgian.code, georgian.tag) == ("ka", "ka-GE")
    assert georgian.words["receipt"] == "ქვითარი"
    assert georgian.words["invoice"] == "Invoice"
    assert "ka" in language.codes()


def test_a_shop_adds_a_language_that_is_written_from_right_to_left(languages: Path):
    write(languages / "fa.toml", 'direction = "rtl"\nreceipt = "رسید"\n')

    assert language.of("fa").words["direction"] == "rtl"
    assert "direction" not in language.of("ka").words


def test_words_of_a_country_go_before_those_of_its_language(languages: Path):
    write(languages / "pt-BR.toml", 'invoice = "Nota"\n')
    write(languages / "pt.toml", 'receipt = "Talão"\n')

    assert language.of("pt-BR").words["invoice"] == "Nota"
    assert language.of("pt-BR").words["receipt"] == "Talão"
    assert language.of("pt-PT").words["invoice"] == "Fatura"


def test_words_of_chinese_go_before_ours_of_either_script(languages: Path):
    write(languages / "zh.toml", 'receipt = "小票"\n')

    assert language.of("zh-TW").words["receipt"] == "小票"
    assert language.of("zh-TW").words["customer"] == "客戶"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('recept = "Bon"', "recept is not a word that we use; did you mean receipt?"),
        ('[mail]\ntotal = "Summe"', "mail.total is not a word that we use: move total above [mail]"),
        ('thank_you = "Danke, {customer}."', "thank_you can't contain {customer}; only {name} is filled in"),
        ('page = "{page}/{all}"', "page can't contain {all}; only {page} and {pages} are filled in"),
        ('total = "{sum}"', "total can't contain {sum}; nothing is filled in here"),
        ('total = ""', "total must be a text of 1 to 500 characters on one line"),
        (
            '[mail]\nsubject = "Hi\\nBcc: x@example.com"',
            "mail.subject must be a text of 1 to 500 characters on one line",
        ),
        ('mail = "Hallo"', "mail must be a table, as in [mail]"),
        (
            'direction = "ltr"',
            'direction must be "rtl"; leave it out for a language that is written from left to right',
        ),
    ],
)
def test_a_fault_names_the_file_and_the_word(languages: Path, text: str, fault: str):
    write(languages / "de.toml", text)

    for read in (language.check, lambda: language.of("de")):
        with pytest.raises(Misconfigured) as refused:
            read()
        assert str(refused.value) == f"{languages / 'de.toml'}: {fault}"
    assert language.of("fr").words["receipt"] == "Reçu"


def test_a_file_that_no_tag_would_find_is_refused(languages: Path):
    write(languages / "german.toml", 'receipt = "Bon"\n')

    with pytest.raises(Misconfigured, match=r"german\.toml: the file's name must be the code of its language"):
        language.check()
