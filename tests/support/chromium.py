"""Chromium as Debian has it, which draws every script that the bundled fonts of the receipts have."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from tests.support.examples import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome")
FONTS = ROOT / "src" / "orders" / "receipt" / "fonts"
FONT_SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "Chromium is needed: `make chromium` installs it on Debian"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        settings = Path(folder, "fonts.conf")
        settings.write_text(FONT_SETTINGS.format(fonts=FONTS, cache=folder), encoding="utf-8")
        environment: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(settings)}
        with playwright.chromium.launch(executable_path=found, args=["--no-sandbox"], env=environment) as browser:
            yield browser
