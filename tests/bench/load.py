"""The chat under load: how soon its page is ready and answers, and what twenty who ask at once get from it.

    python tests/bench/load.py [--articles 200] [--questions 50] [--people 20] [--seconds 120]

Prints a line of JSON for each measurement and what it is held against; exit status 1 where one is missed.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.conftest import find_browser  # noqa: E402

LIMITS = {"page_s": 2.5, "sign_ms": 100.0, "quotes_ms": 400.0, "errors": 0.0, "p95_s": 6.0, "growth": 0.1}
"""The most that each may be; `growth` is of resident memory, from the first to the last minute, as a share."""
IBID = [sys.executable, "-c", "from qa.cli import main; main()"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FIELD = "#ibid-question textarea"
WATCH = """() => {
  window.ibidTimes = {};
  new MutationObserver(() => {
    const times = window.ibidTimes;
    if (!times.sign && document.querySelector("#ibid-sign:not([hidden])")) times.sign = performance.now();
    if (!times.step && document.querySelectorAll("#ibid-chat .ibid-step").length > times.before) times.step = performance.now();
    if (!times.quotes && document.querySelectorAll("#ibid-evidence .ibid-group").length > times.groups) times.quotes = performance.now();
  }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
}"""
PRESSED = """() => Object.assign(window.ibidTimes, {
  before: document.querySelectorAll("#ibid-chat .ibid-step").length, sign: 0, step: 0, quotes: 0, start: performance.now(),
  groups: document.querySelectorAll("#ibid-evidence .ibid-group").length })"""


def main() -> int:
    """Measure, print, and say by the exit status whether all is within its limit."""
    options = _options()
    questions = _questions(options.questions)
    with tempfile.TemporaryDirectory(prefix="ibid-load-") as folder:
        home = Path(folder, "home")
        _index(Path(folder, "articles"), home, options.articles)
        process, url = _start(home)
        try:
            measured = measure_page(url, questions) | measure_crowd(url, process, questions, people=options.people, seconds=options.seconds)
        finally:
            process.terminate()
            process.wait(timeout=40)
    for name, value in measured.items():
        limit = LIMITS.get(name)
        print(json.dumps({"measured": name, "value": value} | ({"limit": limit, "holds": value <= limit} if limit is not None else {})))
    return int(any(value > LIMITS[name] for name, value in measured.items() if name in LIMITS))


def measure_page(url: str, questions: Sequence[str]) -> dict[str, float]:
    """Return the seconds until the page takes a question, and the medians until it says that the question was sent, until the
    server's first step, and until the quotes, in milliseconds."""
    from playwright.sync_api import sync_playwright

    taken: dict[str, list[float]] = {"sign": [], "step": [], "quotes": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(url)
        page.wait_for_selector(FIELD)
        ready = time.perf_counter() - began
        page.evaluate(WATCH)
        for question in questions:
            page.wait_for_function(f"!document.querySelector('{FIELD}').disabled")
            page.fill(FIELD, question)
            page.evaluate(PRESSED)
            page.press(FIELD, "Enter")
            page.wait_for_function("window.ibidTimes.quotes > 0", timeout=60_000)
            times = page.evaluate("window.ibidTimes")
            for name, known in taken.items():
                known.append(times[name] - times["start"])
        browser.close()
    return {"page_s": round(ready, 3)} | {f"{name}_ms": round(statistics.median(known), 1) for name, known in taken.items()}


def measure_crowd(
    url: str, process: "subprocess.Popen[bytes]", questions: Sequence[str], *, people: int, seconds: float
) -> dict[str, float]:
    """Let people ask one question after another; return counts, the 95th percentile in seconds, and how memory grew."""
    from gradio_client import Client

    clients = [Client(url, verbose=False) for _ in range(people)]
    times: list[float] = []
    errors: list[str] = []
    end = time.monotonic() + seconds

    def ask(place: int, client: Any) -> None:
        turn = place
        while time.monotonic() < end:
            began = time.perf_counter()
            try:
                client.predict(questions[turn % len(questions)], api_name="/ask")
                times.append(time.perf_counter() - began)
            except Exception as error:  # noqa: BLE001 - whatever a person would be shown is what is counted
                errors.append(f"{type(error).__name__}: {error}"[:200])
            turn += 1

    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    halves: tuple[list[int], list[int]] = ([], [])
    while time.monotonic() < end:
        halves[time.monotonic() > end - seconds / 2].append(psutil.Process(process.pid).memory_info().rss)
        time.sleep(1)
    for thread in threads:
        thread.join()
    for error in sorted(set(errors)):
        print(error, file=sys.stderr)
    first, last = (statistics.median(half) for half in halves)
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else float("inf")
    memory = {"memory_mb": round(last / 2**20), "growth": round(abs(last - first) / first, 3)}
    return {"answers": len(times), "errors": len(errors), "p95_s": round(p95, 2), **memory}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    for name, default in (("articles", 200), ("questions", 50), ("people", 20), ("seconds", 120)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _questions(n: int) -> list[str]:
    lines = (ROOT / "tests" / "questions" / "news-held.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines][:n]


def _index(folder: Path, home: Path, n: int) -> None:
    """Index so many of the articles in `tests/articles`; where there are fewer, they stand there again under other names."""
    folder.mkdir()
    known = sorted((ROOT / "tests" / "articles").glob("*.txt"))
    for i in range(n):
        text = known[i % len(known)].read_text(encoding="utf-8")
        (folder / f"{i:03}-{known[i % len(known)].name}").write_text(text, encoding="utf-8")
    subprocess.run([*IBID, "index", str(folder)], cwd=ROOT, env=os.environ | {"IBID_HOME": str(home)}, check=True)


def _start(home: Path) -> tuple["subprocess.Popen[bytes]", str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*IBID, "chat", "--no-open", "--port", str(port)], cwd=ROOT, env=os.environ | {"IBID_HOME": str(home)})
    url = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{url}health", timeout=5):
                return process, url
        except (URLError, OSError):
            time.sleep(0.1)
    process.kill()
    raise SystemExit("the chat did not come up")


if __name__ == "__main__":
    sys.exit(main())
