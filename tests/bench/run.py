"""Measure what BENCHMARKS.md states: python tests/bench/run.py [answers] [squad] [speed] [memory]; without words all but squad."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from index.store import Store
from qa.answer import Answer
from qa.assistant import Assistant
from tests.bench.questions import Question, load_questions, share
from tests.conftest import ROOT, models_folder, test_data

QUESTIONS = ROOT / "tests" / "questions"
IBID = [sys.executable, "-c", "from qa.cli import main; main()"]
RUNS = 7


def answers() -> None:
    """Own questions over the real articles and over the built-in ones."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, folder in (("seeds", test_data() / "seeds"), ("seeds-dev", test_data() / "seeds"), ("builtin", ROOT / "seeds")):
            if folder.is_dir():
                ask_all(name, Path(scratch, folder.parent.name), folder, load_questions(QUESTIONS / f"{name}.jsonl"))


def squad() -> None:
    """`bench/squad`: 300 natural questions and 300 adversarial ones over 48 articles."""
    data = test_data() / "bench" / "squad"
    ask_all("squad", ROOT / "build" / "squad", data / "articles", load_questions(data / "questions.jsonl"))


def ask_all(name: str, home: Path, folder: Path, questions: Sequence[Question]) -> None:
    """Ask every question and print what came of it."""
    store = Store(home, models=models_folder())
    store.sync([folder])
    assistant = Assistant(store)
    assistant.ask("warm up")
    plain = [assistant.ask(one.text, history=one.history) for one in questions]
    three = [assistant.ask(one.text, history=one.history, k=3) for one in questions]
    store.close()
    known = [(one, answer, more) for one, answer, more in zip(questions, plain, three, strict=True) if one.is_answerable]
    unknown = [answer for one, answer in zip(questions, plain, strict=True) if not one.is_answerable]
    quotes = [quote for answer in (*plain, *three) for quote in (*answer.citations, *answer.nearest)]
    print(f"\n{name}: {len(known)} answered by the articles, {len(unknown)} not")
    print(f"  first quote holds the answer       {share([holds(one, answer, 1) for one, answer, _ in known]):.3f}")
    print(f"  one of the first three (--k 3)     {share([holds(one, more, 3) for one, _, more in known]):.3f}")
    print(f"  first quote, before the decision   {share([holds(one, more, 1, nearest=True) for one, _, more in known]):.3f}")
    print(f"  first three, before the decision   {share([holds(one, more, 3, nearest=True) for one, _, more in known]):.3f}")
    print(f"  right passage among those read     {share([reads(one, answer, len(answer.read)) for one, answer, _ in known]):.3f}")
    print(f"  right passage first of those read  {share([reads(one, answer, 1) for one, answer, _ in known]):.3f}")
    print(f"  answered ones that abstain         {share([not answer.is_answered for _, answer, _ in known]):.3f}")
    print(f"  unanswered ones that abstain       {share([not answer.is_answered for answer in unknown]):.3f}")
    print(f"  quotes equal to their article      {share([one.is_verbatim for one in quotes]):.3f} of {len(quotes)}")
    print(f"  quotes in an answer, mean          {statistics.mean(len(a.citations) for a in plain if a.is_answered):.2f}")
    print(f"  first quote, characters, median    {statistics.median(len(a.citations[0].quote) for a in plain if a.is_answered):.0f}")
    seconds = sorted(answer.seconds.total for answer in plain)
    print(f"  seconds, median / 95th percentile  {statistics.median(seconds):.3f} / {seconds[int(0.95 * len(seconds))]:.3f}")
    if "--misses" in sys.argv:
        for one, answer, more in known:
            if not holds(one, answer, 1):
                print(f"    {one.id} {answer.verdict} {answer.confidence:.2f} in three: {holds(one, more, 3, nearest=True)} | {one.text}")
                for quote in (*more.citations, *more.nearest):
                    print(f"        {quote.score:.1f} {quote.quote[:150]!r}")
        for answer in unknown:
            if answer.is_answered:
                print(f"    answered though not in the articles: {answer.confidence:.2f} {answer.question} -> {answer.text[:160]!r}")


def holds(question: Question, answer: Answer, n: int, *, nearest: bool = False) -> bool:
    """Say whether one of the first n quotes holds the evidence."""
    quotes = answer.citations or (answer.nearest if nearest else ())
    return any(question.is_answered_by(one.article.id, one.start, one.end) for one in quotes[:n])


def reads(question: Question, answer: Answer, n: int) -> bool:
    """Say whether one of the first n passages that were read holds the evidence."""
    passages = [hit.passage for hit in answer.read[:n]]
    return any(question.is_answered_by(one.article, one.start, one.end) for one in passages)


def speed() -> None:
    """Whole commands on the built-in articles, and questions in a running process."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"IBID_HOME": home, "IBID_MODELS": str(models_folder())}

        def run(*words: str) -> object:
            return subprocess.run([*IBID, *words], cwd=ROOT, env=environment, capture_output=True, check=False)

        once = timed(lambda: run("index", "seeds"), 1)
        print(f"\nindex, five articles, first time       {once[0]:.2f} s")
        show("index again, nothing changed", timed(lambda: run("index", "seeds")))
        show("ask, from process start to answer", timed(lambda: run("ask", "Which treaty did Putin and Kim sign in June 2024?")))
        show("ibid --help", timed(lambda: run("--help")))
        assistant = Assistant(Store(home, models=models_folder()))
        asked = [one.text for one in load_questions(QUESTIONS / "builtin.jsonl")]
        assistant.ask(asked[0])
        show("a question in a running process", [assistant.ask(one).seconds.total for one in asked])


def memory() -> None:
    """Resident memory of the chat after ten questions."""
    import psutil
    from gradio_client import Client

    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"IBID_HOME": home, "IBID_MODELS": str(models_folder())}
        subprocess.run([*IBID, "index", "seeds"], cwd=ROOT, env=environment, capture_output=True, check=True)
        chat = subprocess.Popen([*IBID, "chat", "--no-open", "--port", "7899"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            client = connect(lambda: Client("http://127.0.0.1:7899/", verbose=False))
            for one in load_questions(QUESTIONS / "builtin.jsonl")[:10]:
                client.predict(one.text, api_name="/chat")
            resident = psutil.Process(chat.pid).memory_info().rss / 2**20
            print(f"\nresident memory of the chat after ten questions   {resident:.0f} MB")
        finally:
            chat.terminate()
            chat.wait()


def connect(open_client: Callable[[], Any]) -> Any:
    """Return a client once the server is up."""
    deadline = time.monotonic() + 90
    while True:
        try:
            return open_client()
        except (OSError, ValueError, httpx.TransportError) as error:
            if time.monotonic() > deadline:
                raise TimeoutError("the chat did not come up") from error
            time.sleep(0.5)


def timed(call: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Return the seconds of each run, after one that is not counted when there are several."""
    if runs > 1:
        call()
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return seconds


def show(what: str, seconds: Sequence[float]) -> None:
    """Print least, median and greatest of some timings."""
    print(f"{what:<38} median {statistics.median(seconds):.3f} s, least {min(seconds):.3f}, most {max(seconds):.3f}, of {len(seconds)}")


if __name__ == "__main__":
    parts = {"answers": answers, "squad": squad, "speed": speed, "memory": memory}
    chosen = [word for word in sys.argv[1:] if word in parts] or ["answers", "speed", "memory"]
    print(json.dumps({"cores": os.cpu_count(), "load": [round(one, 1) for one in os.getloadavg()]}))
    for name in chosen:
        parts[name]()
