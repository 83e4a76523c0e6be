"""Measure what BENCHMARKS.md states: python tests/bench/run.py [answers] [kinds] [squad] [speed] [memory] [latency].

Without words: answers, kinds, speed and memory.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from index.store import Store
from qa.answer import Answer
from qa.assistant import Assistant
from qa.evaluate import Outcome, evaluate
from qa.questions import Question, load_questions
from qa.report import score_lines
from qa.scores import score
from tests.bench.sets import place_of
from tests.conftest import ROOT, models_folder, test_data

QUESTIONS = ROOT / "tests" / "questions"
IBID = [sys.executable, "-c", "from qa.cli import main; main()"]
RUNS = 7


def answers() -> None:
    """Own questions over the real articles and over the built-in ones."""
    with tempfile.TemporaryDirectory() as scratch:
        real = test_data() / "seeds"
        for name, folder in (
            ("seeds", real),
            ("seeds-blind", real),
            ("seeds-mixed", real),
            ("seeds-dev", real),
            ("builtin", ROOT / "seeds"),
        ):
            if folder.is_dir():
                ask_all(name, Path(scratch, folder.parent.name), folder, load_questions(QUESTIONS / f"{name}.jsonl"))


def squad() -> None:
    """`bench/squad`: 300 natural questions and 300 adversarial ones over 48 articles."""
    data = test_data() / "bench" / "squad"
    ask_all("squad", ROOT / "build" / "squad", data / "articles", load_questions(data / "questions.jsonl"))


def kinds() -> None:
    """Dialogues, and questions as people type them, over our own articles."""
    home, articles = place_of("news", [])
    store = Store(ROOT / "build" / home, models=models_folder())
    store.sync(articles)
    assistant = Assistant(store)
    for name in ("dialogues", "follow-ups-held", "typed"):
        file = QUESTIONS / f"{name}.jsonl"
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for line, question in zip(file.read_text().splitlines(), load_questions(file), strict=True):
            kind = json.loads(line)["kind"] if question.is_answerable else "not answered by the articles"
            answer = assistant.ask(question.text, history=question.history)
            is_right = is_first_right(question, answer)
            counts[kind] += Counter(all=1, right=is_right, given=is_right and answer.is_answered, abstains=not answer.is_answered)
            if kind == "change":
                counts[kind]["right alone"] += is_first_right(question, assistant.ask(question.text))
        for kind, count in counts.items():
            print(f"{name:<10} {kind:<30} {dict(count)}")
    store.close()


def is_first_right(question: Question, answer: Answer) -> bool:
    """Say whether the first quote that is shown holds the evidence, given as an answer or not."""
    first = (*answer.citations, *answer.nearest)[:1]
    return any(question.is_answered_by(one.article.id, one.start, one.end) for one in first)


def ask_all(name: str, home: Path, folder: Path, questions: Sequence[Question]) -> None:
    """Ask every question and print what came of it: first what `ibid eval` measures, then what it does not."""
    store = Store(home, models=models_folder())
    store.sync([folder])
    assistant = Assistant(store)
    outcomes = evaluate(store, assistant, questions)
    answers = [assistant.ask(one.text, history=one.history) for one in questions]
    store.close()
    known = [one for one in outcomes if one.question.is_answerable]
    given = [answer.citations for answer in answers if answer.is_answered]
    quotes = [quote for answer in answers for quote in (*answer.citations, *answer.nearest)]
    print(f"\n{name}: {len(known)} answered by the articles, {len(outcomes) - len(known)} not")
    for line in score_lines(score(outcomes)):
        print(f"  {line}")
    print(f"  right passage among those read         {np.mean([holds(one) for one in known]):.3f}")
    print(f"  quotes equal to their article          {np.mean([one.is_verbatim for one in quotes]):.3f} of {len(quotes)}")
    print(f"  quotes in an answer, mean              {np.mean([len(citations) for citations in given]):.2f}")
    if "--misses" in sys.argv:
        show_misses(outcomes)


def holds(outcome: Outcome) -> bool:
    """Say whether one of the passages that were read holds a piece of evidence wholly."""
    return any(outcome.question.is_answered_by(*passage) for passage in outcome.ranked)


def show_misses(outcomes: Sequence[Outcome]) -> None:
    """Print every question that failed, with the quotes that came nearest."""
    for one in outcomes:
        if one.fault:
            print(f"    {one.question.id} {one.fault} {one.confidence:.2f} in three: {one.holds(3)} | {one.question.text}")
            for quote in one.quotes:
                print(f"        {quote.text[:150]!r}")


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


def latency() -> None:
    """Natural questions of `bench/squad` among the passages of all larger texts that are at hand."""
    data = test_data() / "bench"
    store = Store(ROOT / "build" / "all", models=models_folder())
    store.sync([data / "squad" / "articles", data / "excerpts" / "articles", ROOT / "tests" / "articles"])
    assistant = Assistant(store)
    questions = [one.text for one in load_questions(data / "squad" / "questions.jsonl") if one.is_answerable][:150]
    assistant.prepare()
    seconds = [assistant.ask(one).seconds for one in questions]
    with store.reading() as reader:
        articles, passages = reader.count()
    store.close()
    print(f"\n{passages} passages of {articles} articles")
    for name in ("total", "retrieve", "rerank"):
        own = [getattr(one, name) for one in seconds]
        print(f"{name:<38} median {statistics.median(own):.3f} s, 95th percentile {np.quantile(own, 0.95):.3f}, of {len(own)}")


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
    parts = {"answers": answers, "kinds": kinds, "squad": squad, "speed": speed, "memory": memory, "latency": latency}
    chosen = [word for word in sys.argv[1:] if word in parts] or ["answers", "kinds", "speed", "memory"]
    print(json.dumps({"cores": os.cpu_count(), "load": [round(one, 1) for one in os.getloadavg()]}))
    for name in chosen:
        parts[name]()
