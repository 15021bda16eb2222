"""`orders receipt preview`, and the other words of `orders receipt`."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest
from tests.support.command import Orders
from tests.support.examples import ALICE, BASKET, ROOT
from tests.support.servers import clean_environment

LONG = ALICE | {
    "orderId": "long",
    "currency": "EUR",
    "items": [{"name": f"Cup {number}", "quantity": 1, "unitPrice": "1"} for number in range(60)],
}
PNG = b"\x89PNG"


@dataclass(frozen=True)
class Workshop:
    """Everything that a designer may edit, in a copy: the page, its words, a shop with its logo, and orders."""

    folder: Path

    @property
    def page(self) -> Path:
        return self.folder / "copy" / "orders" / "receipt" / "receipt.typ"

    @property
    def words(self) -> Path:
        return self.folder / "copy" / "orders" / "shop" / "languages" / "en.toml"

    @property
    def shop(self) -> Path:
        return self.folder / "shop" / "shop.toml"

    @property
    def logo(self) -> Path:
        return self.folder / "shop" / "logo.svg"

    @property
    def orders(self) -> Path:
        return self.folder / "orders.jsonl"

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(self.folder / "copy"), "ORDERS_RECEIPT": str(self.shop)}


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    package = ROOT / "src" / "orders"
    copy = tmp_path / "copy" / "orders"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("*.ttf", "__pycache__"))
    for font in package.glob("receipt/fonts/*/*.ttf"):
        (copy / "receipt" / "fonts" / font.parent.name / font.name).symlink_to(font)
    shutil.copytree(ROOT / "examples" / "shop", tmp_path / "shop")
    workshop = Workshop(tmp_path)
    write_orders(workshop.orders, ALICE)
    return workshop


def write_orders(path: Path, *orders: object) -> None:
    path.write_text("".join(json.dumps(order) + "\n" for order in orders))


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_every_order_is_a_pdf_and_a_picture_of_each_page(orders: Orders, workshop: Workshop) -> None:
    write_orders(workshop.orders, ALICE, LONG)

    done = orders("receipt", "preview", "orders.jsonl", "--out", "seen/here", **workshop.environment)

    seen = {path.name: path.read_bytes()[:4] for path in (workshop.folder / "seen" / "here").iterdir()}
    assert (done.code, done.stdout, done.stderr) == (
        0,
        "2 receipts, 1 credit note, 1 corrected receipt, 8 pages: seen/here\n",
        "",
    )
    assert seen == {
        "12345.pdf": b"%PDF",
        "12345.png": PNG,
        "long.pdf": b"%PDF",
        "long~1.png": PNG,
        "long~2.png": PNG,
        "long~3.png": PNG,
        "long~refunds~preview.pdf": b"%PDF",
        "long~refunds~preview.png": PNG,
        "long~corrections~preview.pdf": b"%PDF",
        "long~corrections~preview~1.png": PNG,
        "long~corrections~preview~2.png": PNG,
        "long~corrections~preview~3.png": PNG,
    }


def test_pages_that_a_receipt_no_longer_has_go_and_nothing_else_does(orders: Orders, workshop: Workshop) -> None:
    write_orders(workshop.orders, LONG)
    orders("receipt", "preview", "orders.jsonl")
    (workshop.folder / "preview" / "long-2.png").write_bytes(b"of another order")
    write_orders(workshop.orders, LONG | {"items": []})

    orders("receipt", "preview", "orders.jsonl")

    left = sorted(path.name for path in (workshop.folder / "preview").iterdir())
    assert left == ["long-2.png", "long.pdf", "long.png"]


def test_without_an_orders_file_it_says_what_to_do(orders: Orders) -> None:
    done = orders("receipt", "preview")

    assert (done.code, done.stdout) == (2, "")
    assert "orders receipt preview ORDERS.jsonl" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_lines_that_are_no_orders_are_named_and_the_others_are_drawn(orders: Orders, workshop: Workshop) -> None:
    wrong = BASKET | {"orderId": "wrong", "currency": "JPY", "customerName": ""}
    write_orders(workshop.orders, ALICE, wrong, BASKET, BASKET)
    with workshop.orders.open("a") as file:
        file.write('{"orderId"\n')

    done = orders("receipt", "preview", "orders.jsonl")

    assert (done.code, done.stdout) == (1, "2 receipts, 1 credit note, 1 corrected receipt, 4 pages: preview\n")
    for told in (
        "orders.jsonl, line 2: customerName: ",
        "orders.jsonl, line 4: orderId: line 3 has the same one",
        "orders.jsonl, line 5: is not JSON: ",
    ):
        assert told in done.stderr


def test_a_file_of_something_else_is_given_up_after_ten_lines(orders: Orders, workshop: Workshop) -> None:
    workshop.orders.write_text("# Orders\n" * 500)

    done = orders("receipt", "preview", "orders.jsonl")

    *complaints, given_up, _ = done.stderr.splitlines()
    assert (done.code, len(complaints)) == (1, 10)
    assert "orders.jsonl has too many faults to go on" in given_up


def test_pictures_do_not_go_into_a_file(orders: Orders, workshop: Workshop) -> None:
    done = orders("receipt", "preview", "orders.jsonl", "--out", "orders.jsonl")

    assert (done.code, done.stdout) == (2, "")
    assert "orders.jsonl is a file. Name a folder with --out." in done.stderr


def test_a_broken_logo_is_told_with_its_file_and_key(orders: Orders, workshop: Workshop) -> None:
    workshop.logo.write_text("<svg")

    done = orders("receipt", "preview", "orders.jsonl", **workshop.environment)

    assert (done.code, done.stdout) == (1, "")
    assert f"{workshop.shop}: logo: {workshop.logo} can't be drawn: " in done.stderr


def test_a_fault_of_the_shop_is_told_with_its_file_and_key(orders: Orders, workshop: Workshop) -> None:
    edit(workshop.shop, '"#33418f"', '"blue"')

    done = orders("receipt", "preview", "orders.jsonl", **workshop.environment)

    assert (done.code, done.stdout) == (1, "")
    assert f'{workshop.shop}: colors.accent must look like "#1d2430"' in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_fault_of_the_shops_toml_is_told_with_its_line_and_column(orders: Orders, workshop: Workshop) -> None:
    edit(workshop.shop, "[colors]", "[colors")

    done = orders("receipt", "preview", "orders.jsonl", **workshop.environment)

    assert done.code == 1
    assert str(workshop.shop) in done.stderr
    assert "line" in done.stderr
    assert "column" in done.stderr


def test_a_fault_of_the_page_is_told_once_with_its_line_and_column(orders: Orders, workshop: Workshop) -> None:
    write_orders(workshop.orders, ALICE, BASKET)
    lines = len(workshop.page.read_text(encoding="utf-8").splitlines())
    with workshop.page.open("a") as page:
        page.write("#moon(3)\n")

    done = orders("receipt", "preview", "orders.jsonl", **workshop.environment)

    assert (done.code, done.stdout) == (1, "0 receipts, 0 pages: preview\n")
    assert done.stderr.count("unknown variable: moon") == 1
    assert f"receipt.typ:{lines + 1}:1" in done.stderr
    assert "in 12345, basket-1" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("total", "told"),
    [
        ('totl = "Summe"', "de.toml: totl is not a word that we use; did you mean total?"),
        ("total = 7", "de.toml: total must be a text"),
        ("total = ", "de.toml can't be read: Invalid value (at line"),
    ],
)
def test_a_fault_of_the_words_is_told_with_its_file(orders: Orders, workshop: Workshop, total: str, told: str) -> None:
    edit(workshop.words.with_name("de.toml"), 'total = "Gesamtbetrag"', total)

    done = orders("receipt", "preview", "orders.jsonl", **workshop.environment)

    assert done.code == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


@dataclass(frozen=True)
class Watching:
    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def picture(self) -> bytes:
        path = self.folder / "preview" / "12345.png"
        return path.read_bytes() if path.exists() else b""

    @property
    def told(self) -> str:
        return (self.folder / "told.txt").read_text(encoding="utf-8")


@pytest.fixture
def watching(workshop: Workshop) -> Iterator[Watching]:
    with (workshop.folder / "told.txt").open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "orders", "receipt", "preview", "orders.jsonl", "--watch"],
            cwd=workshop.folder,
            env=clean_environment() | workshop.environment,
            stdout=told,
            stderr=told,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job's is ignored
        )
    try:
        yield Watching(process, workshop.folder)
    finally:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_whatever_is_edited_is_drawn_again(workshop: Workshop, watching: Watching) -> None:
    wait_until(lambda: watching.picture.startswith(PNG))

    for path, before, after in (
        (workshop.shop, "#33418f", "#8f3341"),
        (workshop.logo, "#f2b544", "#44b5f2"),
        (workshop.words, '"Thank you', '"Thanks a lot'),
        (workshop.page, "24pt", "30pt"),
        (workshop.orders, "Alice", "Alicia"),
    ):
        seen = watching.picture
        edit(path, before, after)
        wait_until(lambda seen=seen: watching.picture not in {seen, b""})  # type: ignore[misc]
        assert watching.picture.startswith(PNG)


def test_a_fault_is_told_and_once_it_is_mended_it_is_drawn(workshop: Workshop, watching: Watching) -> None:
    wait_until(lambda: watching.picture.startswith(PNG))
    seen = watching.picture

    edit(workshop.shop, "#33418f", "red")
    wait_until(lambda: "colors.accent must look like" in watching.told)
    edit(workshop.page, "// The receipt.", "#moon")
    edit(workshop.shop, '"red"', '"#8f3341"')
    wait_until(lambda: "unknown variable: moon" in watching.told)
    assert watching.picture == seen
    edit(workshop.page, "#moon", "// The receipt.")
    wait_until(lambda: watching.picture != seen)


def test_ctrl_c_ends_it_quietly(watching: Watching) -> None:
    wait_until(lambda: "Ctrl-C" in watching.told)
    watching.process.send_signal(signal.SIGINT)

    assert watching.process.wait(timeout=100) == 0
    assert watching.told == "1 receipt, 1 page: preview\nWaiting for changes. Press Ctrl-C to stop.\n"


def test_an_order_whose_id_is_a_command_is_reached_by_get(orders: Orders, tmp_path: Path) -> None:
    for order_id in ("preview", "get"):
        orders("submit", "--id", order_id, "--name", "Alice")

        done = orders("receipt", "get", order_id)

        assert (done.code, done.stderr) == (0, "")
        assert (tmp_path / f"receipt-{order_id}.pdf").read_bytes().startswith(b"%PDF-")


def test_an_id_alone_is_downloaded_also_after_its_options(orders: Orders) -> None:
    orders("submit", "--id", "777", "--name", "Alice")

    plain, after = orders("receipt", "777", "-o", "-"), orders("receipt", "-o", "-", "777")

    assert (plain.code, after.code) == (0, 0)
    assert plain.pdf == after.pdf
    assert plain.pdf.startswith(b"%PDF-")


def test_without_an_id_it_is_wrong_usage(orders: Orders) -> None:
    done = orders("receipt")

    assert done.code == 2
    assert "Missing argument 'ID'" in done.stderr


def test_a_word_that_is_mistyped_is_answered_with_the_one_that_was_meant(orders: Orders) -> None:
    done = orders("reciept", "777")

    assert done.code == 2
    assert "No such command 'reciept'. Did you mean 'receipt'? See orders --help." in done.stderr


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_both_words_in_eighty_columns(orders: Orders, flag: str) -> None:
    done = orders("receipt", flag)

    assert done.code == 0
    assert "get      Download the receipt of an order" in done.stdout
    assert "preview  Draw receipts of example orders" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_shop_with_numbers_sees_them_on_every_sample(orders: Orders, workshop: Workshop) -> None:
    write_orders(workshop.orders, ALICE, BASKET)
    edit(workshop.shop, "[colors]", '[numbers]\nreceipt = "R{number}"\ncredit_note = "C{year}-{number:06}"\n\n[colors]')

    orders("receipt", "preview", "orders.jsonl", **workshop.environment)

    titles = {
        path.name: pypdf.PdfReader(path).metadata.title  # type: ignore[union-attr]
        for path in (workshop.folder / "preview").glob("*.pdf")
    }
    assert titles == {
        "12345.pdf": "Receipt R1",
        "basket-1.pdf": "Receipt R2",
        "basket-1~refunds~preview.pdf": "Credit note C2026-000001",
        "basket-1~corrections~preview.pdf": "Corrected receipt R3",
    }


def test_a_page_of_the_shops_own_that_prints_no_credit_notes_is_named(orders: Orders, workshop: Workshop) -> None:
    write_orders(workshop.orders, BASKET)
    own = workshop.shop.with_name("receipt.typ")
    own.write_text(workshop.page.read_text(encoding="utf-8").replace("#let prints", "#let printed"), encoding="utf-8")

    done = orders("receipt", "preview", "orders.jsonl", **workshop.environment)

    assert (done.code, done.stdout) == (1, "1 receipt, 1 page: preview\n")
    assert "was made for an earlier version, and does not print credit notes." in done.stderr
