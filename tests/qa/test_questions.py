"""Question files: what they say, and whether the articles bear it out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.errors import QuestionsError
from index.passage import Article
from qa.questions import Evidence, Question, load_questions, locate
from tests.conftest import ARTICLES, ROOT
from tests.qa.samples import an_article

QUOTE = "Ada Quill"
START = ARTICLES["harbour.md"].index(QUOTE)
GOOD: dict[str, Any] = {
    "id": "q",
    "question": "Who built the harbour?",
    "answerable": True,
    "answers": [QUOTE],
    "evidence": [{"article": "harbour", "start": START, "end": START + len(QUOTE), "quote": QUOTE}],
}
OFFSETS = "are character offsets"
BAD_EVIDENCE: list[tuple[Any, str]] = [
    *(({"start": one}, OFFSETS) for one in (-1, START + 40, "0", True)),
    *(({"end": one}, OFFSETS) for one in (None, 1.5)),
    *(({"quote": one}, '"quote" is missing') for one in ("", None)),
    ({"article": 3}, '"article" is missing'),
]


def question_file(folder: Path, *lines: object) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def harbour() -> Sequence[Article]:
    return [an_article(ARTICLES["harbour.md"], "harbour.md"), an_article(ARTICLES["bridge.txt"], "bridge.txt")]


def test_a_question_says_what_its_line_says(tmp_path: Path) -> None:
    """Every field is read; a history may be left out, and ids may be numbers."""
    path = question_file(tmp_path, GOOD, "", {**GOOD, "id": 7, "answerable": False, "evidence": [], "answers": [], "history": ["Before?"]})
    first, second = load_questions(path)
    assert first == Question("q", "Who built the harbour?", True, (QUOTE,), (Evidence("harbour", START, START + len(QUOTE), QUOTE),))
    assert second == Question("7", "Who built the harbour?", False, history=("Before?",))
    assert (first.line, second.line) == (1, 3)


@pytest.mark.parametrize("name", ["builtin", "seeds", "seeds-dev"])
def test_the_question_files_of_the_tests_can_be_read(name: str) -> None:
    assert len(load_questions(ROOT / "tests" / "questions" / f"{name}.jsonl")) >= 24


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "no JSON object"),
        ("[" * 100_000, "line 2"),
        ({**GOOD, "id": None}, '"id" is missing'),
        ({**GOOD, "id": True}, '"id" is missing'),
        ({**GOOD, "question": 1}, '"question" is missing'),
        ({**GOOD, "answerable": "yes"}, "write true or false"),
        ({**GOOD, "answers": "Quill"}, '"answers" is a list'),
        ({**GOOD, "evidence": {}}, 'no "evidence": say where'),
        ({**GOOD, "evidence": "harbour"}, '"evidence" is a list'),
        ({**GOOD, "evidence": ["harbour"]}, "a piece of evidence is"),
        ({**GOOD, "evidence": []}, 'write "answerable": false'),
        ({**GOOD, "answerable": False}, 'write "answerable": true'),
        ({**GOOD, "history": "before"}, '"history" is a list'),
        ({**GOOD, "id": "first"}, "line 1 has the id 'first' as well"),
        *(({**GOOD, "evidence": [GOOD["evidence"][0] | change]}, reason) for change, reason in BAD_EVIDENCE),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_with_the_reason(tmp_path: Path, line: object, reason: str) -> None:
    """The first one that is bad, by its number in the file."""
    path = question_file(tmp_path, {**GOOD, "id": "first"}, line)
    with pytest.raises(QuestionsError, match="line 2 of '") as caught:
        load_questions(path)
    assert reason in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_draft_that_is_not_filled_in_is_refused(tmp_path: Path) -> None:
    """The message says how many are empty, where the first is, and what to do."""
    path = question_file(tmp_path, GOOD, {**GOOD, "id": 2, "question": ""}, {**GOOD, "id": 3, "question": "  "})
    with pytest.raises(QuestionsError, match=r"2 of 3 questions in '.*' are still empty, the first in line 2: fill them in"):
        load_questions(path)


def test_a_file_without_a_question_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(QuestionsError, match="ibid eval --draft"):
        load_questions(question_file(tmp_path, "", " "))


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(QuestionsError, match="cannot be read"):
            load_questions(path)


def test_evidence_is_in_a_span_that_holds_it_wholly() -> None:
    """Its article is named by the file's name without its ending, or by its id."""
    assert Evidence("harbour", 5, 9).is_in("notes/harbour.md", 5, 9)
    assert Evidence("notes/harbour.md", 5, 9).is_in("notes/harbour.md", 0, 90)
    for other in (("harbour.md", 6, 9), ("harbour.md", 5, 8), ("harbours.md", 0, 90), ("harbour/a.md", 0, 90)):
        assert not Evidence("harbour", 5, 9).is_in(*other)


def test_articles_are_found_by_name_or_by_id(tmp_path: Path, harbour: Sequence[Article]) -> None:
    """Afterwards each is named by its id."""
    (question,) = load_questions(question_file(tmp_path, GOOD))
    (located,) = locate([question], harbour)
    assert [one.article for one in located.evidence] == ["harbour.md"]
    assert locate([located], harbour) == [located]


def test_articles_that_the_index_lacks_are_named_with_their_questions(tmp_path: Path, harbour: Sequence[Article]) -> None:
    """Ten by name, the others by number; those that are there are not."""
    lost = [{**GOOD, "id": f"lost-{i}", "evidence": [GOOD["evidence"][0] | {"article": f"ship {i}"}]} for i in range(12)]
    with pytest.raises(QuestionsError, match="--articles") as caught:
        locate(load_questions(question_file(tmp_path, GOOD, *lost)), harbour)
    assert "'lost-0' ('ship 0')" in str(caught.value)
    assert "'lost-9' ('ship 9') and 2 more" in str(caught.value)
    assert "'q'" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "way_out"),
    [
        ({"start": START + 1, "end": START + 1 + len(QUOTE)}, f"it stands at {START}-{START + len(QUOTE)}"),
        ({"start": 10**9, "end": 10**9 + 5}, f"it stands at {START}-{START + len(QUOTE)}"),
        ({"quote": "Eve Quill"}, "copy it from `ibid show 'harbour.md'`"),
    ],
)
def test_a_quote_that_stands_elsewhere_is_an_error(
    tmp_path: Path, harbour: Sequence[Article], change: dict[str, object], way_out: str
) -> None:
    """The message names question, line and place, and where the quote does stand."""
    path = question_file(tmp_path, {**GOOD, "evidence": [GOOD["evidence"][0] | change]})
    with pytest.raises(QuestionsError, match=r"question 'q' \(line 1\): its quote .* does not stand at") as caught:
        locate(load_questions(path), harbour)
    assert way_out in str(caught.value)


def test_a_name_that_two_articles_have_is_an_error(tmp_path: Path, harbour: Sequence[Article]) -> None:
    """The ids, of which each is the article's alone, are the way out."""
    twice = [*harbour, an_article(ARTICLES["harbour.md"], "old/harbour.md")]
    with pytest.raises(QuestionsError, match=r"2 articles are called 'harbour': .*'harbour\.md', 'old/harbour\.md'"):
        locate(load_questions(question_file(tmp_path, GOOD)), twice)
    named = load_questions(question_file(tmp_path, {**GOOD, "evidence": [GOOD["evidence"][0] | {"article": "old/harbour.md"}]}))
    assert locate(named, twice) == named
