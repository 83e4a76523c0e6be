"""How an evaluation looks."""

import re
import sys
from html.parser import HTMLParser

import pytest

from index.errors import ExtraError
from qa.evaluate import Outcome, Quoted
from qa.plots import DARK, LIGHT, PLOTS, Theme, draw, require_plots
from qa.questions import Evidence, Question
from qa.report import Evaluation, evaluation_json, evaluation_lines, print_table, report_page
from qa.scores import score
from tests.qa.test_evaluate import an_outcome

HOSTILE = "<script>alert(1)</script> & \"quoted\" {{rows}} 'é' ☕"
OUTCOMES = (an_outcome(), an_outcome(right=False, confidence=0.3), an_outcome(answerable=False, right=False, confidence=0.6))


def an_evaluation(*outcomes: Outcome) -> Evaluation:
    return Evaluation("folder/mine.jsonl", "/home", "000001", 3, 9, outcomes, tuple(score(outcomes)))


class Tags(HTMLParser):
    """Collects the tags of a page and checks that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in ("meta", "img", "source", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_json_has_every_measure_and_every_failure() -> None:
    """Absent measures are null; an interval is there for each mean that has one."""
    found = evaluation_json(an_evaluation(*OUTCOMES[:2]))
    assert found["questions"] == {"answerable": 2, "unanswerable": 0}
    assert found["index"] == {"home": "/home", "generation": "000001", "articles": 3, "passages": 9}
    assert found["measures"]["answer_in_first_quote"] == 0.5
    assert found["measures"]["false_answer_rate"] is found["measures"]["auroc"] is None
    assert set(found["intervals"]) < set(found["measures"]) == set(found["counts"])
    assert found["failed"] == [
        {
            "id": "q",
            "question": "?",
            "fault": "wrong quote",
            "confidence": 0.3,
            "expected": [{"article": "a.md", "start": 20, "end": 30, "quote": "x" * 10}],
            "given": {"article": "b.md", "start": 15, "end": 40, "quote": "x" * 25},
        }
    ]


def test_lines_and_table_name_every_measure(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its value; an absent one is a dash."""
    monkeypatch.setenv("COLUMNS", "80")
    evaluation = an_evaluation(*OUTCOMES[:2])
    lines = list(evaluation_lines(evaluation))
    print_table(evaluation)
    table = capsys.readouterr().out
    assert lines[0] == "2 questions that the articles answer, 0 that they do not; 3 articles, 9 passages"
    for one, line in zip(evaluation.scores, lines[1:], strict=True):
        assert line.split()[:2] == [one.name, "-" if one.value is None else f"{one.value:.{0 if one.unit == 'characters' else 3}f}"]
        assert one.name in table
    assert max(map(len, table.splitlines())) <= 80


def test_the_page_needs_nothing_beside_it() -> None:
    """No address of another host, no script; the pictures are in it, light and dark."""
    page = report_page(an_evaluation(*OUTCOMES))
    without_pictures = re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    assert "://" not in without_pictures
    assert len(re.findall(r'(?:src|srcset|href)="(?!data:image/png;base64,)', page)) == 0
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert tags.seen.count("img") == tags.seen.count("source") == len(PLOTS)
    assert not {"script", "link", "iframe"} & set(tags.seen)
    assert "{{" not in page


def test_the_page_shows_text_as_text() -> None:
    """Ids, questions and quotes may hold anything; none of it is markup, and none of it is filled in."""
    question = Question(HOSTILE, HOSTILE, True, (), (Evidence(HOSTILE, 0, 5, HOSTILE),), (HOSTILE,))
    page = report_page(an_evaluation(Outcome(question, True, 0.5, (), (), ((HOSTILE, 0, 5),), (Quoted(HOSTILE, 9, 12, HOSTILE),), 0.1)))
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot; {{rows}}") == 7
    assert page.count("<tbody>") == page.count("<tr><th scope='row'>article_<wbr>hit@1") == 1


def test_the_page_lists_every_failure_with_what_was_expected_and_given() -> None:
    page = report_page(an_evaluation(*OUTCOMES))
    assert "Questions that failed: 2" in page
    assert page.count("<blockquote>xxxxxxxxxx<cite>a.md:20-30</cite>") == 1
    assert page.count("<cite>b.md:15-40</cite>") == 2
    assert "Questions that failed: 0" in report_page(an_evaluation(OUTCOMES[0]))


@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_plot_is_a_png_and_the_same_every_time(name: str, theme: Theme) -> None:
    """Also of one question alone."""
    drawn = draw(name, OUTCOMES, theme=theme)
    assert drawn.startswith(b"\x89PNG")
    assert drawn == draw(name, OUTCOMES, theme=theme)
    assert draw(name, OUTCOMES[2:]).startswith(b"\x89PNG")


def test_a_missing_package_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ExtraError, match="pip install matplotlib"):
        require_plots()
