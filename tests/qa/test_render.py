"""Answers, articles and reports as JSON and as lines."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passage import Hit
from index.plan import Report
from qa.answer import Answer
from qa.render import (
    NOT_IN_ARTICLES,
    answer_json,
    answer_lines,
    article_json,
    article_lines,
    byline,
    citation_json,
    dump,
    hit_json,
    hit_lines,
    report_json,
    report_lines,
)
from tests.qa.samples import a_citation, a_passage, an_abstention, an_answer, an_article

ANSWER = {"question", "verdict", "confidence", "answer", "citations", "nearest", "seconds"}
CITATION = {"number", "quote", "start", "end", "passage", "article", "score"}
PASSAGE = {"start", "end", "text", "heading"}
ARTICLE = {"id", "title", "author", "published", "publisher", "path", "sha256"}
MORE_OF_AN_ARTICLE = {"url", "language"}
"""What an article may say of itself beyond the example in the design."""
SECONDS = {"retrieve", "rerank", "total"}
REPORT = {"added", "changed", "removed", "unchanged", "failed", "articles", "passages", "seconds", "generation"}


@pytest.mark.parametrize("answer", [an_answer([a_citation(1), a_citation(2)]), an_abstention([a_citation(1)]), an_abstention()])
def test_an_answer_has_exactly_the_documented_fields(answer: Answer) -> None:
    """Programs may rely on each of them, answered or not."""
    fields = answer_json(answer)
    assert set(fields) == ANSWER
    assert set(fields["seconds"]) == SECONDS
    assert len(fields["citations"]) == len(answer.citations)
    assert len(fields["nearest"]) == len(answer.nearest)
    for one in fields["citations"] + fields["nearest"]:
        assert set(one) == CITATION
        assert set(one["passage"]) == PASSAGE
        assert set(one["article"]) - MORE_OF_AN_ARTICLE == ARTICLE


def test_articles_that_say_the_same_are_named_only_where_there_are_any() -> None:
    """In JSON with what is known of them, on a terminal by their ids."""
    one = replace(a_citation(), also_in=(an_article("", "b.txt"), an_article("", "c.txt")))
    assert [other["id"] for other in citation_json(one)["also_in"]] == ["b.txt", "c.txt"]
    assert set(citation_json(one)) == CITATION | {"also_in"}
    assert "    also in b.txt, c.txt" in list(answer_lines(an_answer([one])))
    assert not [line for line in answer_lines(an_answer([a_citation()])) if "also in" in line]


def test_an_answer_is_rendered_value_by_value() -> None:
    """Every documented value is that of the answer, and the answer's text carries its numbers."""
    one = a_citation(1, article=an_article("", "b.txt", title="Title", author="Ann"))
    fields = answer_json(an_answer([one], question="Who?", confidence=0.93214))
    (citation,) = fields.pop("citations")
    assert fields == {
        "question": "Who?",
        "verdict": "answered",
        "confidence": 0.9321,
        "answer": "The quote. [1]",
        "nearest": [],
        "seconds": {"retrieve": 0.25, "rerank": 0.5, "total": 0.75},
    }
    article, passage = citation.pop("article"), citation.pop("passage")
    assert citation == {"number": 1, "quote": "The quote.", "start": 11, "end": 21, "score": 4.25}
    assert passage == {"start": 0, "end": 31, "text": "Before it. The quote. After it.", "heading": "First › Second"}
    assert (article["id"], article["title"], article["author"], article["published"]) == ("b.txt", "Title", "Ann", None)
    assert (article["path"], article["sha256"]) == ("/articles/b.txt", one.article.sha256)


def test_an_abstention_says_so_and_shows_apart_what_is_nearest() -> None:
    """There are no citations, and what came nearest has their form."""
    near = a_citation(1)
    fields = answer_json(an_abstention([near]))
    assert (fields["verdict"], fields["answer"], fields["citations"]) == ("not_in_articles", NOT_IN_ARTICLES, [])
    assert fields["nearest"] == [citation_json(near)]


@given(st.text(), st.text(min_size=1), st.text())
def test_json_round_trips_every_character(question: str, quote: str, after: str) -> None:
    """What is printed is one line of ASCII-free JSON, from which every text comes back as it was."""
    answer = an_answer([a_citation(quote=quote, after=after)], question=question)
    line = dump(answer_json(answer))
    assert "\n" not in line
    fields = json.loads(line)
    assert fields == answer_json(answer)
    assert fields["question"] == question
    passage = fields["citations"][0]["passage"]
    start, end = fields["citations"][0]["start"], fields["citations"][0]["end"]
    assert passage["text"][start - passage["start"] : end - passage["start"]] == fields["citations"][0]["quote"] == quote


def test_json_keeps_letters_readable() -> None:
    """Letters and emoji are printed as they are, not as escapes."""
    assert dump({"a": "Łódź ☕ 🍵"}) == '{"a": "Łódź ☕ 🍵"}'


def test_an_article_says_what_is_known_and_null_for_the_rest() -> None:
    """A day is printed as YYYY-MM-DD; the text itself is not part of it."""
    known = article_json(an_article("The text.", author="Ann", day=date(2024, 7, 9)))
    assert (known["author"], known["published"]) == ("Ann", "2024-07-09")
    assert "text" not in known
    unknown = article_json(an_article("The text."))
    assert [unknown[name] for name in ("author", "published", "publisher")] == [None] * 3


def test_a_report_has_exactly_the_documented_fields() -> None:
    """A failed file has its path and its reason."""
    report = Report(("a",), ("b",), ("c",), ("d",), (("/x.pdf", "it is empty"),), ("/y.bin",), 3, 9, 1.25, "000002")
    fields = report_json(report)
    assert set(fields) == REPORT
    assert report_json(replace(report, renamed=(("c", "a"),))) == fields | {"renamed": [{"from": "c", "to": "a"}]}
    assert fields["failed"] == [{"path": "/x.pdf", "reason": "it is empty"}]
    assert [fields[name] for name in ("added", "changed", "removed", "unchanged")] == [["a"], ["b"], ["c"], ["d"]]
    assert [fields[name] for name in ("articles", "passages", "seconds", "generation")] == [3, 9, 1.25, "000002"]
    assert json.loads(dump(fields)) == fields


def test_report_lines_name_every_failure_and_count_the_rest() -> None:
    """Each failed file is a line with its reason; files of other kinds are counted by their endings."""
    failed = (("/x.pdf", "it is empty"), ("/z.md", "it is a link"))
    lines = list(report_lines(Report(("a", "b"), failed=failed, ignored=("/y.bin", "/u.zip", "/some.folder/README"), articles=2)))
    assert lines[:2] == ["failed: /x.pdf: it is empty", "failed: /z.md: it is a link"]
    assert lines[2] == "left alone: 3 files of other kinds (.bin, .zip, no ending)"
    assert lines[3].startswith("2 added, 2 failed: 2 articles, 0 passages")
    assert len(lines) == 4


def test_a_renamed_file_is_counted_once() -> None:
    """Neither as added nor as removed; what was left out is counted, too."""
    report = Report(("a", "b"), removed=("c",), renamed=(("c", "a"),), excluded=("/d", "/e.txt"))
    first, last = report_lines(report)
    assert first == "left out by .ibidignore: 2 files or folders"
    assert last.startswith("1 added, 1 renamed: ")


def test_a_name_that_a_terminal_would_obey_is_shown_without_its_controls() -> None:
    (line, _) = report_lines(Report(failed=(("/x/a.zip/\x1b[2Jb  c.txt", "has a\nname"),)))
    assert line == "failed: /x/a.zip/ [2Jb  c.txt: has a name"


def test_what_only_formats_a_text_is_not_shown() -> None:
    """A soft hyphen within a word leaves no gap, and marks that turn the direction of writing are not obeyed."""
    lines = list(answer_lines(an_answer([a_citation(quote="the river Esk\xadlund \u202eflows\tslowly")])))
    assert "[1] “the river Esklund flows slowly”" in "\n".join(lines)


def test_a_sync_without_work_says_so() -> None:
    """Nothing found is a sentence, not an empty line."""
    (line,) = report_lines(Report())
    assert line.startswith("nothing to do: 0 articles")


def test_a_hit_is_rendered_with_its_place_and_scores() -> None:
    """A score that a leg does not know is null."""
    passage = a_passage(["One line.", "Two."], "b.txt", start=7, heading=("H", "K"))
    assert hit_json(Hit(passage, cosine=0.5, cosine_rank=1, fused=0.1, reranked=3.5)) == {
        "article": "b.txt",
        "start": 7,
        "end": 21,
        "text": "One line. Two.",
        "heading": "H › K",
        "scores": {"fused": 0.1, "cosine": 0.5, "bm25": None, "reranked": 3.5},
    }


def test_hit_lines_number_the_passages() -> None:
    """Each hit has its number, its place as `ibid show` takes it, its heading and its text in one line."""
    first, second = hit_lines([Hit(a_passage(["One\n two."], heading=("H", "K"))), Hit(a_passage(["Three."], "b.txt"))])
    assert first.split() == ["1.", "a.txt:0-9", "H", "›", "K", "One", "two."]
    assert second.split() == ["2.", "b.txt:0-6", "Three."]
    assert "One two." in first


def test_answer_lines_show_each_quote_with_its_source() -> None:
    """Number, quote, byline and place of each citation, and at last how likely it answers."""
    known = an_article("", "b.txt", title="Title", author="Ann")
    lines = list(answer_lines(an_answer([a_citation(1, article=known), a_citation(2, quote="Two\nlines.")], confidence=0.934)))
    text = "\n".join(lines)
    assert "[1] “The quote.”\n    Title · Ann\n    b.txt:11-21" in text
    assert "[2] “Two lines.”\n    A title\n    a.txt:11-21" in text
    assert "93% likely that [1] answers" in lines[-1]


def test_an_answer_says_how_a_mistyped_question_was_read() -> None:
    """First of all on a terminal; in JSON under a key that is absent elsewhere."""
    answer = replace(an_answer([a_citation()]), read_as="Who\nbuilt the harbour?")
    assert next(answer_lines(answer)) == "Read as: Who built the harbour?"
    assert answer_json(answer)["read_as"] == "Who\nbuilt the harbour?"
    assert "read_as" not in answer_json(an_answer([a_citation()]))


def test_a_citation_names_its_page_where_there_is_one() -> None:
    """Elsewhere the key is absent."""
    bare = a_citation(1, article=an_article("", "b.pdf"))
    one = replace(bare, article=replace(bare.article, places=((0, "p. 6"), (bare.start, "p. 7"))))
    assert set(citation_json(one)) == CITATION | {"place"}
    assert citation_json(one)["place"] == "p. 7"
    assert "place" not in citation_json(bare)
    assert [line for line in answer_lines(an_answer([one])) if line.endswith(" · p. 7")]


def test_lines_of_an_abstention_have_no_numbers() -> None:
    """It says first that the articles do not answer; what came nearest is marked as that."""
    lines = list(answer_lines(an_abstention([a_citation(1)])))
    assert lines[0].startswith(NOT_IN_ARTICLES)
    assert "[1]" not in "\n".join(lines)
    assert "nearest" in lines[1]
    assert any("“The quote.”" in line for line in lines)
    assert len(list(answer_lines(an_abstention()))) == 1


def test_a_byline_joins_what_is_known() -> None:
    """Title, author and day, with nothing for what is not known."""
    assert byline(an_article("x", title="T", author="Ann", day=date(2024, 7, 9))) == "T · Ann · 2024-07-09"
    assert byline(an_article("x", title="T")) == "T"


def test_article_lines_are_one_line_each() -> None:
    """Ids stand in a column, with the number of words and the byline; no articles are no lines."""
    lines = list(article_lines([an_article("one two three", "a.txt"), an_article("one", "longer/b.txt")]))
    assert [line.split()[:3] for line in lines] == [["a.txt", "3", "words"], ["longer/b.txt", "1", "words"]]
    assert len({line.index("words") for line in lines}) == 1
    assert list(article_lines([])) == []
