"""Measures the operators' page in Chromium while orders arrive, with many in the database already.

    python bench/operators_page.py --seconds 180

The page shows the list of orders, and requests the list every 3 seconds and the summary every 10. Every half minute an
operator searches, turns to older orders and scrolls. Durations are the browser's own, from the start of a request to
the last byte. The heap is measured after a forced collection. Nodes are those of the page's documents. A long task kept
the page busy for more than 50 ms.
"""

import argparse
import shutil
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from urllib.parse import urlsplit

import operations
import urllib3
from playwright.sync_api import CDPSession, Request, sync_playwright
from report import positive, row, tell
from servers import Server, orders_serve_in, temporary_folder

BETWEEN_LOOKS = 30
BETWEEN_USES = 30
"""As in the script below."""
CONNECTIONS = 8
NOBODY_ANSWERED = 0
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
IN_THE_PAGE = """
window.longTasks = [];
new PerformanceObserver(list => longTasks.push(...list.getEntries().map(task => task.duration)))
  .observe({ type: "longtask", buffered: true });

const pause = ms => new Promise(go => setTimeout(go, ms));
const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
function search(text) {
  const field = document.querySelector("input[type=search]");
  setValue.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
window.used = 0;
async function use() {
  for (const text of ["Zoë", ""]) {
    search(text);
    await pause(2000);
  }
  for (let page = 0; page < 3; page++) {
    [...document.querySelectorAll("main nav button")].at(-1).click();
    await pause(1500);
    scrollTo(0, document.body.scrollHeight);
    await pause(500);
  }
  document.querySelector("main nav a").click();
  scrollTo(0, 0);
  used++;
}
setInterval(use, 30_000);
"""
"""An operator's actions. They run in the page, since each call of a driver would leave compiled code there."""


@dataclass(frozen=True, slots=True)
class Look:
    """The heap in MB after a collection, and the number of nodes, after this many seconds."""

    seconds: float
    heap: float
    nodes: int


@dataclass(slots=True)
class Seen:
    """Milliseconds of requests by their kind, and measurements of the page."""

    requests: dict[str, list[float]] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)
    long_tasks: list[float] = field(default_factory=list)

    def note(self, request: Request) -> None:
        took = request.timing["responseEnd"]
        if took >= 0:
            self.requests.setdefault(_kind(request), []).append(took)


def main() -> None:
    options = _options()
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        print("bench/operators_page.py needs Chromium (Debian: apt-get install chromium).", file=sys.stderr)
        raise SystemExit(2)
    with temporary_folder() as folder:
        operations.fill(folder / "data" / "orders.db", options.orders)
        with orders_serve_in(folder) as server, posting(server, options.rate) as posted:
            seen = watch(server, found, options.seconds)
    if set(posted) != {202}:
        print(f"Not every order was accepted: {dict(Counter(posted))}", file=sys.stderr)
        raise SystemExit(1)
    print("\n".join(table(seen, options, len(posted))), flush=True)


@contextmanager
def posting(server: Server, rate: int) -> Iterator[list[int]]:
    """Post this many orders a second until the block ends. The block gets the statuses of the answers."""
    http = urllib3.PoolManager(maxsize=CONNECTIONS, retries=False)
    over, states = threading.Event(), list[int]()

    def post() -> None:
        order = {
            "orderId": str(uuid.uuid4()),
            "customerName": "Zoë Ångström",
            "currency": "EUR",
            "items": operations.ITEMS,
        }
        try:
            states.append(http.request("POST", f"{server.address}/orders", json=order).status)
        except urllib3.exceptions.HTTPError:
            states.append(NOBODY_ANSWERED)

    def run() -> None:
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            began = time.monotonic()
            for number in range(sys.maxsize):
                if over.wait(max(0.0, began + number / rate - time.monotonic())):
                    return
                threads.submit(post)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield states
    finally:
        over.set()
        thread.join()


def watch(server: Server, chromium: str, seconds: int) -> Seen:
    seen = Seen()
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(IN_THE_PAGE)
        page.on("requestfinished", lambda request: seen.note(request))
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        page.goto(server.address)
        page.get_by_role("table").wait_for()
        began = time.monotonic()
        for at in range(0, seconds + 1, BETWEEN_LOOKS):
            page.wait_for_timeout(max(0.0, began + at - time.monotonic()) * 1000)
            seen.looks.append(look(devtools, time.monotonic() - began))
            tell(f"{at} of {seconds} s: {seen.looks[-1].heap:.1f} MB, {seen.looks[-1].nodes:,} nodes")
        seen.long_tasks = page.evaluate("longTasks")
        if page.evaluate("used") < seconds // BETWEEN_USES - 1:
            print("An action on the page did nothing. Perhaps its buttons have changed.", file=sys.stderr)
            raise SystemExit(1)
    return seen


def look(devtools: CDPSession, seconds: float) -> Look:
    devtools.send("HeapProfiler.collectGarbage")
    measured = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    return Look(seconds, measured["JSHeapUsedSize"] / 1e6, int(measured["Nodes"]))


def table(seen: Seen, options: argparse.Namespace, posted: int) -> Iterator[str]:
    rate = posted / max(1.0, seen.looks[-1].seconds)
    yield row(f"{options.orders:,} orders, and {rate:.0f} more a second; ms", "times", "median", "p95", "most")
    for kind, took in sorted(seen.requests.items()):
        if len(took) > 1:
            yield row(
                kind,
                f"{len(took)}",
                f"{median(took):.0f}",
                f"{quantiles(took, n=20, method='inclusive')[-1]:.0f}",
                f"{max(took):.0f}",
            )
    yield ""
    yield row("The page", "heap, MB", "nodes", figures_of_widest=2)
    for each in seen.looks:
        yield row(
            f"after {each.seconds:.0f} s",
            f"{each.heap:.1f}",
            f"{each.nodes:,}",
            figures_of_widest=2,
        )
    yield f"\nLong tasks: {', '.join(f'{each:.0f} ms' for each in seen.long_tasks) or 'none'}."


def _kind(request: Request) -> str:
    parts = urlsplit(request.url)
    if not parts.path.startswith("/operations/"):
        return "the page's own files"
    if "orders-search" in request.headers:
        return "a search"
    if "cursor=" in parts.query:
        return "an older page"
    return {"/operations/orders": "the list", "/operations/summary": "the summary"}.get(parts.path, parts.path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=positive, default=50_000, help="orders in the database (50000)")
    parser.add_argument("--rate", type=positive, default=50, help="orders posted a second (50)")
    parser.add_argument("--seconds", type=positive, default=600, help="seconds of the measurement (600)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
