"""A receipt in Latin letters is drawn without looking at any other font."""

import queue

import pytest
from tests.receipts.making import row_of
from tests.support.examples import ALICE

from orders.receipt import compilers, renderer, typefaces
from orders.shop.shop import Shop

ALL_FONTS = [typefaces.LATIN, "Noto Sans Khmer"]


def test_other_fonts_than_the_latin_ones_are_looked_at_once_a_receipt_needs_them(monkeypatch: pytest.MonkeyPatch):
    place = compilers._Place()
    monkeypatch.setattr(compilers, "_places", queue.LifoQueue())
    compilers._places.put(place)

    renderer.pdf(row_of(ALICE), Shop())
    assert len(place._compilers) == 1
    renderer.pdf(row_of(ALICE | {"customerName": "សុខា"}), Shop())
    assert len(place._compilers) == 2


def test_each_set_of_fonts_has_its_compiler_and_keeps_it():
    with compilers.compiler([typefaces.LATIN]) as latin:
        pass
    with compilers.compiler(ALL_FONTS) as first:
        pass
    with compilers.compiler(ALL_FONTS) as again:
        assert again is first is not latin


def test_after_an_error_the_next_receipt_gets_another_compiler():
    with pytest.raises(ZeroDivisionError), compilers.compiler([typefaces.LATIN]) as broken:
        raise ZeroDivisionError
    with compilers.compiler([typefaces.LATIN]) as next_one:
        assert next_one is not broken
