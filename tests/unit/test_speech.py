"""The words of pages are those of receipts and mails, found without Babel."""

import subprocess
import sys
from pathlib import Path

import pytest

from orders.api.pages import speech
from orders.shop import language


@pytest.mark.parametrize("code", sorted(language.codes()))
def test_the_words_are_those_that_receipts_and_mails_use(code: str):
    words, found = language.of(code), speech.of([code])

    assert found.language == code
    assert found.pages == words.pages
    assert found.order == words.words["order"]
    assert found.direction == words.words.get("direction", "ltr")


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([], "en"),
        (["de-AT"], "de"),
        (["de_DE"], "de"),
        (["PT"], "pt"),
        (["tlh", "*", "ja-JP", "de"], "ja"),
        (["tlh"], "en"),
        (["../en"], "en"),
        (["", "fr"], "fr"),
    ],
)
def test_the_first_language_with_words_is_chosen(tags: list[str], code: str):
    assert speech.of(tags).language == code


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh_HK", "zh-Hant"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("iw", "he"),
    ],
)
def test_a_language_in_two_scripts_and_one_of_two_names_has_its_file(tag: str, code: str):
    assert speech.of([tag]).language == code == language.of(tag).code


@pytest.mark.parametrize("name", ["nn", "no", "pt-BR", "sr-Latn", "zh", "zh-Hant", "zh-TW", "zh-Hant-TW"])
@pytest.mark.parametrize("tag", ["nn-NO", "no", "pt-BR", "sr-Latn-RS", "zh-TW", "zh-Hant-TW"])
def test_a_page_finds_a_file_of_the_shop_where_a_receipt_does(
    tag: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "shop.toml").touch()
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / f"{name}.toml").write_text('[pages]\npending = "!"\n', encoding="utf-8")
    monkeypatch.setenv("ORDERS_RECEIPT", str(tmp_path / "shop.toml"))

    assert speech.of([tag]).pages == language.of(tag).pages


def test_the_words_need_no_babel():
    program = "import orders.api.pages.layout, sys; print({'babel', 'jinja2', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


def test_a_shop_replaces_words_of_pages_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "shop.toml").touch()
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "de.toml").write_text('[pages]\npending = "Gleich!"\n', encoding="utf-8")
    monkeypatch.setenv("ORDERS_RECEIPT", str(tmp_path / "shop.toml"))

    assert speech.of(["de-AT"]).pages["pending"] == "Gleich!"
    assert speech.of(["de-AT"]).pages["failed"] == language.of("de").pages["failed"]
    assert speech.of(["en"]).pages["pending"] != "Gleich!"


def test_readers_in_any_number_of_countries_take_no_more_memory():
    """In a process of its own, where no other test's threads take memory meanwhile."""
    program = """
import tracemalloc
from orders.api.pages import speech

def after(numbers):
    for number in numbers:
        speech.of([f"de-{number}"])
    return tracemalloc.get_traced_memory()[0]

tracemalloc.start()
print(-after(range(100, 400)) + after(range(400, 1000)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert int(done.stdout) < 100_000
