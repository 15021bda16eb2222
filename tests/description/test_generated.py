import pytest
from tests.support.examples import ROOT

from orders.api.openapi.__main__ import files


@pytest.mark.parametrize(("path", "text"), list(files().items()), ids=lambda value: getattr(value, "name", ""))
def test_the_files_kept_are_those_that_the_types_give(path, text):
    assert path.read_text(encoding="utf-8") == text, f"{path.relative_to(ROOT)} is out of date: run make schema"
