"""Many questions: JSON lines in, JSON lines out."""

import io
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.errors import NoIndexError, QuestionsError
from index.passage import Filters
from index.reader import ALL
from index.store import Store
from qa.assistant import Assistant
from qa.batch import answer_batch
from qa.render import answer_json
from tests.toy import ToyReranker

HARBOUR = "Which engineer built the harbour of Marlow in 1871?"
BRIDGE = "When was the valley bridge opened in May 1932?"


def answered(out: str) -> list[dict[str, Any]]:
    """Return the objects of the lines that were printed, without the times."""
    return [{name: value for name, value in json.loads(line).items() if name != "seconds"} for line in out.splitlines()]


def expected(assistant: Assistant, question: str, **named: Any) -> dict[str, Any]:
    fields = json.loads(json.dumps(answer_json(assistant.ask(question, **named))))
    del fields["seconds"]
    return dict(fields)


def batch_file(folder: Path, *lines: object) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), encoding="utf-8")
    return path


def test_each_question_becomes_one_line_with_its_id(assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line is what `ask --json` prints, with the question's id, in the order of the file; ids are kept as they are."""
    ids: list[object] = ["a", 7, None, {"page": [1]}, "ü ☕"]
    path = batch_file(tmp_path, *({"id": one, "question": HARBOUR if i % 2 else BRIDGE} for i, one in enumerate(ids)))
    assert answer_batch(assistant, path, filters=ALL, k=None) == 0
    out, err = capsys.readouterr()
    lines = answered(out)
    assert [line.pop("id") for line in lines] == ids
    assert lines == [expected(assistant, HARBOUR if i % 2 else BRIDGE) for i in range(len(ids))]
    assert err == ""


def test_a_question_without_an_id_has_null(assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The field is there in any case."""
    answer_batch(assistant, batch_file(tmp_path, {"question": HARBOUR}), filters=ALL, k=None)
    assert answered(capsys.readouterr().out)[0]["id"] is None


def test_the_questions_before_are_read(assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A history makes a question the follow-up that it is to `ask`."""
    history = ["Which apples of Tarn ripen?"]
    lines = ({"id": 1, "question": "Really?", "history": history}, {"id": 2, "question": "Really?"})
    answer_batch(assistant, batch_file(tmp_path, *lines), filters=ALL, k=None)
    followed, alone = answered(capsys.readouterr().out)
    assert followed == {"id": 1, **expected(assistant, "Really?", history=history)}
    assert alone == {"id": 2, **expected(assistant, "Really?")}
    assert followed["citations"] + followed["nearest"] != alone["citations"] + alone["nearest"]


@pytest.mark.parametrize("history", [[], None])
def test_an_empty_history_is_none(
    assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str], history: list[str] | None
) -> None:
    """An empty list and null say that nothing was asked before."""
    answer_batch(assistant, batch_file(tmp_path, {"question": HARBOUR, "history": history}), filters=ALL, k=None)
    assert answered(capsys.readouterr().out) == [{"id": None, **expected(assistant, HARBOUR)}]


def test_other_keys_are_ignored(assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file for `ibid eval` can be asked as it is; what it knows of the answer does not reach the output."""
    known = {"id": "q", "question": HARBOUR, "answerable": False, "answers": ["x"], "evidence": [{"article": "y"}], "verdict": "z"}
    answer_batch(assistant, batch_file(tmp_path, known), filters=ALL, k=None)
    assert answered(capsys.readouterr().out) == [{"id": "q", **expected(assistant, HARBOUR)}]


def test_options_hold_for_every_question(assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Filters and k are those of `ask`."""
    chosen = Filters(since=date(2021, 1, 1), until=date(2022, 1, 1))
    answer_batch(assistant, batch_file(tmp_path, {"question": HARBOUR}, {"question": BRIDGE}), filters=chosen, k=2)
    first, second = answered(capsys.readouterr().out)
    assert first == {"id": None, **expected(assistant, HARBOUR, filters=chosen, k=2)}
    assert {one["article"]["id"] for line in (first, second) for one in line["citations"] + line["nearest"]} == {"harbour.md"}


@pytest.mark.parametrize(
    "line",
    [
        "not JSON", "{", '{"question": "x"', "[]", '["question"]', "1", "null", '"question"', "{}", '{"id": 1}', '{"question": 1}',
        '{"question": null}', '{"question": ["a"]}', '{"question": "a", "history": "b"}', '{"question": "a", "history": [1]}',
        '{"question": "a", "history": {"b": 1}}',
    ],
)  # fmt: skip
def test_a_malformed_line_is_named_and_the_rest_is_answered(
    assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """Its number, counted from 1, stands on stderr; the status is 1, and the lines around it are answered."""
    path = batch_file(tmp_path, {"id": 1, "question": HARBOUR}, "", line, {"id": 4, "question": BRIDGE})
    assert answer_batch(assistant, path, filters=ALL, k=None) == 1
    out, err = capsys.readouterr()
    assert [fields["id"] for fields in answered(out)] == [1, 4]
    (said,) = err.splitlines()
    assert said.startswith(f"ibid: line 3 of '{path}' ")


def test_a_line_nested_too_deep_is_malformed(assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named like any other, and the rest is answered."""
    path = batch_file(tmp_path, "[" * 100_000, {"id": 2, "question": HARBOUR})
    assert answer_batch(assistant, path, filters=ALL, k=None) == 1
    assert [fields["id"] for fields in answered(capsys.readouterr().out)] == [2]


def test_half_a_character_does_not_stop_the_batch(assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON may hold half of a surrogate pair; the questions after it are answered nevertheless."""
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", printed)
    path = batch_file(tmp_path, '{"id": 1, "question": "harbour \\ud83c"}', {"id": 2, "question": HARBOUR})
    assert answer_batch(assistant, path, filters=ALL, k=None) in (0, 1)
    assert [json.loads(line)["id"] for line in printed.buffer.getvalue().splitlines()][-1] == 2


def test_blank_lines_are_nothing(assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are neither answered nor malformed, and a file of them is no error."""
    assert answer_batch(assistant, batch_file(tmp_path, "", "   ", "\t"), filters=ALL, k=None) == 0
    assert capsys.readouterr() == ("", "")


def test_an_unanswered_question_is_no_error(assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The status of a batch is 0 when every line was a question; each verdict stands in its line."""
    path = batch_file(tmp_path, {"question": "Which telescopes photographed Neptune?"}, {"question": ""})
    assert answer_batch(assistant, path, filters=ALL, k=None) == 0
    assert [fields["verdict"] for fields in answered(capsys.readouterr().out)] == ["not_in_articles"] * 2


def test_a_byte_order_mark_is_no_part_of_the_first_question(
    assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files from other systems may begin with one, and end their lines with CR LF."""
    path = tmp_path / "marked.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "\xc3\xbc", "question": "Who?"}\r\n')
    assert answer_batch(assistant, path, filters=ALL, k=None) == 0
    assert answered(capsys.readouterr().out)[0]["id"] == "ü"


def test_a_dash_is_stdin(assistant: Assistant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions come in through a pipe as from a file; a malformed line is named there, too."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"id": 1, "question": HARBOUR}) + "\nwrong\n"))
    assert answer_batch(assistant, Path("-"), filters=ALL, k=None) == 1
    out, err = capsys.readouterr()
    assert answered(out) == [{"id": 1, **expected(assistant, HARBOUR)}]
    assert err.startswith("ibid: line 2 of '-' ")


def test_an_answer_is_sent_before_the_next_question_is_read(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program at the other end of a pipe may wait for each answer before it asks on."""
    sent = io.BytesIO()

    def lines() -> Iterator[str]:
        for i in range(3):
            assert len(sent.getvalue().splitlines()) == i
            yield json.dumps({"id": i, "question": HARBOUR}) + "\n"

    monkeypatch.setattr(sys, "stdin", lines())
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(sent, encoding="utf-8"))
    assert answer_batch(assistant, Path("-"), filters=ALL, k=None) == 0
    assert len(sent.getvalue().splitlines()) == 3


def test_a_file_that_is_not_there_is_an_error(assistant: Assistant, tmp_path: Path) -> None:
    """So is a folder; the message names the path and the reason."""
    with pytest.raises(QuestionsError, match="No such file") as caught:
        answer_batch(assistant, tmp_path / "no.jsonl", filters=ALL, k=None)
    assert str(tmp_path / "no.jsonl") in str(caught.value)
    with pytest.raises(QuestionsError, match="directory"):
        answer_batch(assistant, tmp_path, filters=ALL, k=None)


def test_a_file_that_is_no_text_is_an_error(assistant: Assistant, tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are questions in no language."""
    path = tmp_path / "bytes.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QuestionsError, match="cannot be read"):
        answer_batch(assistant, path, filters=ALL, k=None)


def test_a_batch_without_an_index_is_an_error(store: Store, tmp_path: Path) -> None:
    """An index that is missing is not a malformed line."""
    with pytest.raises(NoIndexError):
        answer_batch(Assistant(store, reranker=ToyReranker()), batch_file(tmp_path, {"question": "Who?"}), filters=ALL, k=None)
