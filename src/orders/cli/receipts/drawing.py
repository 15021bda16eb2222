"""Draws receipts of example orders into a folder, and a sample of each document that may follow one.

Each is a PDF, and a PNG of each page.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from orders.cli import progress
from orders.cli.exits import ExitCode, Stop
from orders.cli.receipts import example_orders, faults, samples
from orders.cli.terminal import console, plain
from orders.local.files import write_for_user
from orders.order.document import Kind, parts_of
from orders.order.errors import Misconfigured, ReceiptImpossible
from orders.order.order import Order
from orders.order.text import so_many
from orders.receipt import drawable_logo, renderer
from orders.shop import language, shop
from orders.shop.shop import Shop

_DOTS_PER_INCH = 144
_SAMPLE = re.compile(rf"(.+~(?:refunds|corrections)~{samples.ID})(?:~\d+)?\.(?:pdf|png)")


@dataclass(frozen=True)
class Drawn:
    """The number of pages of a document, or the reason why there are none."""

    order_id: str
    pages: int = 0
    fault: str | None = None


def draw(file: Path, folder: Path) -> None:
    """Draw every order of the file, and the samples, with the present page, words and shop.

    Raises:
        Stop: some can't be drawn; each fault was printed with its place.
    """
    examples, shop_now = example_orders.read(file), _fresh_shop()
    folder.mkdir(parents=True, exist_ok=True)
    rows = samples.with_samples(examples.rows, shop_now)
    _remove_other_samples(folder, {_base(row.order_id) for row in rows})
    drawn = list(_draw_all(rows, shop_now, folder))
    told = examples.faults + faults.by_order([(one.order_id, one.fault) for one in drawn if one.fault])
    faults.tell(told)
    console().print(f"{_counted([one for one in drawn if one.pages])}: {plain(str(folder))}", soft_wrap=True)
    if told:
        raise Stop("Some orders were not drawn. Correct the faults above, and try again.", ExitCode.REFUSED)


def _counted(drawn: list[Drawn]) -> str:
    """As in `2 receipts, 1 credit note, 1 corrected receipt, 5 pages`."""
    kinds = Counter(parts_of(one.order_id)[1] for one in drawn)
    following = [so_many(kinds[kind], kind.replace("-", " ")) for kind in Kind if kinds[kind] and kind.folder]
    receipts, pages = so_many(kinds[Kind.RECEIPT], "receipt"), so_many(sum(one.pages for one in drawn), "page")
    return ", ".join([receipts, *following, pages])


def _fresh_shop() -> Shop:
    language.forget()
    try:
        language.check()
        found = shop.read(shop.path())
        drawable_logo.check(found, shop.path())
    except Misconfigured as error:
        raise Stop(f"No receipt can be drawn. {error}", ExitCode.REFUSED) from None
    return found


def _draw_all(orders: list[Order], shop: Shop, folder: Path) -> Iterator[Drawn]:
    """The result for each order, in the same order. Several are drawn at once, and none is kept in memory."""
    threads = ThreadPoolExecutor(renderer.COMPILERS, thread_name_prefix="draw")
    try:
        with progress.counting(len(orders), "receipts") as advance:
            for drawn in threads.map(lambda order: _draw(order, shop, folder), orders):
                advance()
                yield drawn
    finally:
        threads.shutdown(cancel_futures=True)


def _draw(order: Order, shop: Shop, folder: Path) -> Drawn:
    try:
        pdf, pictures = renderer.pdf(order, shop), renderer.pictures(order, shop, _DOTS_PER_INCH)
    except ReceiptImpossible as error:
        return Drawn(order.order_id, fault=faults.explained(error))
    except Misconfigured as error:
        return Drawn(order.order_id, fault=str(error))
    base = _base(order.order_id)
    files = dict(zip(_names(base, len(pictures)), pictures, strict=True))
    for name, content in ({f"{base}.pdf": pdf} | files).items():
        write_for_user(folder / name, content)
    _remove_former_pages(folder, base, files.keys())
    return Drawn(order.order_id, pages=len(pictures))


def _base(row_id: str) -> str:
    """As in `12345` or `12345~refunds~preview`."""
    return row_id.replace("/", "~")


def _names(base: str, pages: int) -> list[str]:
    """`ID.png`, or `ID~1.png` and so on: no id has a `~`, so no page takes another order's name."""
    if pages == 1:
        return [f"{base}.png"]
    return [f"{base}~{page:0{len(str(pages))}}.png" for page in range(1, pages + 1)]


def _remove_other_samples(folder: Path, present: Container[str]) -> None:
    """Remove the samples of an order that was the first with prices before, and is not any more."""
    for path in folder.iterdir():
        if (found := _SAMPLE.match(path.name)) and found[1] not in present:
            path.unlink(missing_ok=True)


def _remove_former_pages(folder: Path, base: str, present: Container[str]) -> None:
    """Remove pictures of pages that an earlier receipt of this order had, and this one has not."""
    ours = re.compile(re.escape(base) + r"(~\d+)?\.png")
    for path in folder.iterdir():
        if ours.fullmatch(path.name) and path.name not in present:
            path.unlink(missing_ok=True)
