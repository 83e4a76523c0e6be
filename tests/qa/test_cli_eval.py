"""`ibid eval` from the command line, with the toy parts in place of the models."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.models import MINILM
from index.store import Store
from qa.cli import main
from qa.plots import PLOTS
from qa.questions import load_questions
from tests.conftest import ARTICLES, write_articles
from tests.toy import ToyEmbedder, ToyReranker

Run = Callable[..., tuple[int, str, str]]
KEYS = {
    "article_hit@1", "hit@1", "hit@3", "hit@5", "hit@10", "recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@10",
    "excerpt_recall@5", "excerpt_precision@5", "excerpt_iou@5", "answer_in_first_quote", "answer_in_first_three_quotes",
    "answer_in_first_quote_undecided", "answer_in_first_three_quotes_undecided", "quote_precision", "quote_recall",
    "quote_length_median", "auroc", "false_answer_rate", "false_abstention_rate", "expected_calibration_error", "risk_at_80_coverage",
    "seconds_median", "seconds_p95",
}  # fmt: skip


def line(name: str, question: str, article: str = "", quote: str = "") -> dict[str, Any]:
    """Return a line of a question file; without a quote it is one that the articles do not answer."""
    text = next((text for path, text in ARTICLES.items() if Path(path).stem == article), "")
    start = text.find(quote)
    evidence = [{"article": article, "start": start, "end": start + len(quote), "quote": quote}] if quote else []
    return {"id": name, "question": question, "answerable": bool(quote), "answers": [quote] if quote else [], "evidence": evidence}


LINES = [
    line("quill", "Which engineer built the harbour of Marlow in 1871?", "harbour", "Ada Quill"),
    line("cost", "What did the valley bridge cost in million crowns?", "bridge", "2 million crowns"),
    line("wrong", "Which apples of Tarn ripen in October?", "orchard", "Norway"),
    line("none", "Which telescopes photographed Neptune yesterday?"),
]

QUILL = LINES[0]["evidence"][0]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `ibid eval` in this process over a home of its own; embedder and reranker are the toys, under the names of the real ones."""
    monkeypatch.setattr("index.store.ModelEmbedder", lambda *_: ToyEmbedder(MINILM.name, MINILM.digest))
    monkeypatch.setattr("qa.assistant.CrossEncoder", lambda *_: ToyReranker())
    monkeypatch.setenv("IBID_HOME", str(tmp_path / "home"))

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ibid", "eval", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0), *capsys.readouterr()

    return run


@pytest.fixture
def indexed(tmp_path: Path) -> Path:
    """The folder of articles that the home holds."""
    folder = write_articles(tmp_path / "articles")
    store = Store(tmp_path / "home", embedder=ToyEmbedder(MINILM.name, MINILM.digest))
    store.sync([folder])
    store.close()
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in LINES))
    return path


@pytest.mark.usefixtures("indexed")
def test_json_is_one_object_with_every_measure(run: Run, questions: Path) -> None:
    """Status 0 although a question failed; progress is on stderr."""
    status, out, err = run(questions, "--json")
    assert status == 0
    (printed,) = out.splitlines()
    found = json.loads(printed)
    assert set(found) == {"questions", "index", "measures", "intervals", "counts", "failed"}
    assert set(found["measures"]) == set(found["counts"]) == KEYS
    assert found["questions"] == {"answerable": 3, "unanswerable": 1}
    assert found["measures"]["article_hit@1"] == 1
    assert found["measures"]["answer_in_first_quote"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["measures"]["false_answer_rate"] == 0
    assert [(one["id"], one["fault"]) for one in found["failed"]] == [("wrong", "wrong quote")]
    assert err.splitlines() == ["asking 4/4 none"]


@pytest.mark.usefixtures("indexed")
def test_plain_lines_are_for_what_is_no_terminal(run: Run, questions: Path) -> None:
    """One line a measure, after one that counts."""
    status, out, _ = run(questions)
    first, *lines = out.splitlines()
    assert status == 0
    assert first == "3 questions that the articles answer, 1 that they do not; 3 articles, 5 passages"
    assert {one.split()[0] for one in lines} == KEYS


@pytest.mark.usefixtures("indexed")
def test_a_terminal_gets_a_table(run: Run, questions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    status, out, _ = run(questions)
    assert status == 0
    assert "┃" in out
    assert all(name in out for name in KEYS)


def test_a_folder_is_indexed_apart_and_only_once(run: Run, questions: Path, folder: Path, tmp_path: Path) -> None:
    """The home gets no index of it; the second time nothing is embedded, and a changed folder is seen."""
    status, out, err = run(questions, "--json", "--articles", folder)
    assert status == 0
    assert json.loads(out)["measures"]["article_hit@1"] == 1
    assert "3 added" in err
    assert Store(tmp_path / "home").generation is None
    assert Path(json.loads(out)["index"]["home"]).parent == tmp_path / "home" / "eval"
    status, again, err = run(questions, "--json", "--articles", folder / ".." / folder.name)
    assert "3 unchanged" in err
    assert json.loads(again)["index"] == json.loads(out)["index"]
    (folder / "notes" / "orchard.txt").unlink()
    assert run(questions, "--articles", folder)[0] == 1


def test_an_index_apart_that_another_version_made_is_made_anew(run: Run, questions: Path, folder: Path) -> None:
    """It is derived, so nobody has to delete it by hand."""
    home = Path(json.loads(run(questions, "--json", "--articles", folder)[1])["index"]["home"])
    (manifest,) = home.glob("generations/*/manifest.json")
    manifest.write_text(manifest.read_text().replace(MINILM.digest, "0" * 64))
    status, _, err = run(questions, "--json", "--articles", folder)
    assert status == 0
    assert "3 added" in err


@pytest.mark.usefixtures("indexed")
def test_a_report_and_plots_are_written(run: Run, questions: Path, tmp_path: Path) -> None:
    """The page stands alone and lists the failure with both quotes; the plots are PNG files; stdout is as without."""
    page, plots = tmp_path / "report.html", tmp_path / "new" / "plots"
    status, out, err = run(questions, "--json", "--report", page, "--plots", plots)
    assert status == 0
    assert set(json.loads(out)["measures"]) == KEYS
    assert f"wrote {page}" in err
    text = page.read_text(encoding="utf-8")
    assert "http:" not in text
    assert "https:" not in text
    assert "Norway<cite>notes/orchard.txt" in text
    assert "apples of Tarn ripen" in re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
    assert {one.stem for one in plots.glob("*.png")} == set(PLOTS)
    assert all(one.read_bytes().startswith(b"\x89PNG") for one in plots.iterdir())


@pytest.mark.usefixtures("indexed")
def test_the_first_passages_that_count_can_be_chosen(run: Run, questions: Path) -> None:
    found = json.loads(run(questions, "--json", "--k", 1)[1])["measures"]
    assert "excerpt_recall@1" in found
    assert "excerpt_recall@5" not in found


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ("{", ("line 1", "not JSON")),
        (LINES[0] | {"question": ""}, ("1 of 1 questions", "still empty", "fill them in")),
        (LINES[0] | {"evidence": [QUILL | {"article": "ship"}]}, ("'quill'", "'ship'")),
        (LINES[0] | {"evidence": [QUILL | {"start": 0, "end": 9}]}, ("does not stand at 0-9", "it stands at")),
    ],
)
def test_a_bad_question_file_is_one_line_and_status_1(run: Run, questions: Path, change: object, parts: tuple[str, ...]) -> None:
    """The line says what is wrong and what to do; nothing is printed on stdout."""
    questions.write_text(change if isinstance(change, str) else json.dumps(change))
    status, out, err = run(questions)
    assert (status, out) == (1, "")
    (said,) = err.splitlines()
    assert said.startswith("ibid: ")
    for part in parts:
        assert part in said


@pytest.mark.parametrize(
    "words", [(), ("a.jsonl", "--draft", "3"), ("--draft", "0"), ("--draft", "3", "--report", "a.html"), ("a.jsonl", "--k", "13")]
)
def test_wrong_usage_is_status_2(run: Run, words: tuple[str, ...]) -> None:
    """A question file or a draft; a draft has no report."""
    status, out, _ = run(*words)
    assert (status, out) == (2, "")


def test_what_cannot_be_is_told_before_a_question_is_asked(run: Run, questions: Path, folder: Path, tmp_path: Path) -> None:
    """An index that is missing, files that cannot be written, a folder that is not there."""
    cases = {
        "no index": (questions,),
        "no such": (tmp_path / "No such.jsonl",),
        "name a file in a folder that exists": (questions, "--articles", folder, "--report", tmp_path / "none" / "a.html"),
        "name a folder for the plots": (questions, "--articles", folder, "--plots", questions),
        "name a folder or a file that exists": (questions, "--articles", tmp_path / "none"),
    }
    for reason, words in cases.items():
        status, out, err = run(*words)
        assert (status, out, len(err.splitlines())) == (1, "", 1)
        assert reason in err.lower()


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("package", "words"), [("ir_measures", ()), ("matplotlib", ("--report", "a.html")), ("matplotlib", ("--plots", "plots"))]
)
def test_without_the_extra_the_install_is_named(
    run: Run, questions: Path, monkeypatch: pytest.MonkeyPatch, package: str, words: tuple[str, ...]
) -> None:
    """What the options do not need is not missed."""
    monkeypatch.setitem(sys.modules, package, None)
    status, out, err = run(questions, *words)
    assert (status, out) == (1, "")
    assert f"pip install {package.replace('_', '-')}" in err


@pytest.mark.usefixtures("indexed")
def test_a_draft_that_is_filled_in_can_be_measured(run: Run, tmp_path: Path) -> None:
    """As it is it is refused; with words in its questions every measure is there."""
    status, out, err = run("--draft", 3)
    lines = [json.loads(one) for one in out.splitlines()]
    assert (status, err) == (0, "")
    assert {one["evidence"][0]["article"] for one in lines} == {"harbour", "bridge", "orchard"}
    assert run("--draft", 3)[1] == out
    path = tmp_path / "draft.jsonl"
    path.write_text(out)
    status, _, err = run(path)
    assert status == 1
    assert "3 of 3 questions" in err
    path.write_text("".join(json.dumps(one | {"question": f"{one['evidence'][0]['quote']}?"}) + "\n" for one in lines))
    assert len(load_questions(path)) == 3
    status, out, _ = run(path, "--json")
    assert status == 0
    assert json.loads(out)["measures"]["answer_in_first_quote"] == 1
    assert json.loads(out)["measures"]["auroc"] is None


def test_a_draft_of_a_small_folder_says_that_there_is_no_more(run: Run, folder: Path) -> None:
    """There are as many lines as passages; a note says so."""
    status, out, err = run("--draft", 50, "--articles", folder)
    assert (status, len(out.splitlines())) == (0, 5)
    assert "there are no more" in err
