"""What came of each question, and the scores of all of them."""

from collections.abc import Sequence

import pytest

from index.errors import QuestionsError
from index.passage import Article
from index.plan import Step
from index.store import Store
from qa.assistant import Assistant
from qa.evaluate import Outcome, Quoted, evaluate, relevant_passages
from qa.questions import Evidence, Question
from qa.scores import Score, score
from tests.qa.samples import a_passage
from tests.toy import ToyReranker

HARBOUR = "Which engineer built the harbour of Marlow in 1871?"


def known(articles: Sequence[Article], name: str, quote: str, text: str, history: tuple[str, ...] = ()) -> Question:
    """Return a question that an article answers with this quote."""
    (article,) = [one for one in articles if one.id == name]
    start = article.text.index(quote)
    return Question(text[:12], text, True, evidence=(Evidence(name, start, start + len(quote), quote),), history=history)


def an_outcome(
    *, right: bool = True, answered: bool = True, answerable: bool = True, confidence: float = 0.9, seconds: float = 0.5
) -> Outcome:
    """Return the outcome of a question whose evidence is `a.md:20-30`, which the second of two passages holds."""
    evidence = (Evidence("a.md", 20, 30, "x" * 10),) if answerable else ()
    first = Quoted("a.md", 15, 40, "x" * 25) if right else Quoted("b.md", 15, 40, "x" * 25)
    relevant = (("a.md", 10, 50),) if answerable else ()
    ranked = (("a.md", 60, 90), ("a.md", 10, 50))
    return Outcome(Question("q", "?", answerable, evidence=evidence), answered, confidence, ranked, ranked, relevant, (first,), seconds)


def by_name(outcomes: Sequence[Outcome], k: int = 5) -> dict[str, Score]:
    return {one.name: one for one in score(outcomes, k=k)}


# Asking


def test_an_outcome_is_what_ask_answers(library: Store, assistant: Assistant, articles: Sequence[Article]) -> None:
    """Ranked are the passages that were read, quotes those of `ask --k 3`; passages that answer are known by their place."""
    question = known(articles, "harbour.md", "Ada Quill", HARBOUR)
    (outcome,) = evaluate(library, assistant, [question])
    answer = assistant.ask(HARBOUR, k=3)
    assert outcome.ranked == tuple((hit.passage.article, hit.passage.start, hit.passage.end) for hit in answer.read)
    assert [one.text for one in outcome.quotes] == [one.quote for one in answer.citations]
    assert (outcome.is_answered, outcome.confidence) == (answer.is_answered, answer.confidence)
    assert outcome.relevant == outcome.ranked[:1]
    found = assistant.search(HARBOUR, k=5, is_joined=True)
    assert outcome.excerpts == tuple((hit.passage.article, hit.passage.start, hit.passage.end) for hit in found)
    assert outcome.is_right
    assert outcome.fault is None
    assert outcome.seconds > 0


def test_an_abstention_keeps_its_ranks_and_its_nearest_quotes(library: Store, assistant: Assistant) -> None:
    """What is measured before the decision can be measured where it abstains."""
    (outcome,) = evaluate(library, assistant, [Question("q", "Which telescopes photographed the harbour from orbit?", False)])
    assert not outcome.is_answered
    assert outcome.quotes
    assert len(outcome.ranked) >= len(outcome.quotes)
    assert outcome.relevant == outcome.excerpts == ()
    assert outcome.fault is None


def test_a_history_reaches_the_assistant(library: Store, assistant: Assistant, articles: Sequence[Article]) -> None:
    """A follow-up is understood as `ask --after` understands it."""
    question = known(articles, "harbour.md", "1871", "And when was it?", history=("Which engineer built the harbour of Marlow?",))
    (outcome,) = evaluate(library, assistant, [question])
    assert outcome.ranked[0][0] == "harbour.md"


def test_each_question_is_a_step(library: Store, assistant: Assistant) -> None:
    """Progress counts the questions asked."""
    steps: list[Step] = []
    evaluate(library, assistant, [Question("one", "Who?", False), Question("two", "Why?", False)], progress=steps.append)
    assert steps == [Step("asking", 1, 2, "one"), Step("asking", 2, 2, "two")]


def test_questions_that_the_articles_do_not_bear_out_are_not_asked(library: Store) -> None:
    """The error comes before a model is loaded."""
    with pytest.raises(QuestionsError, match="lacks the article of 'q'"):
        evaluate(library, Assistant(library, reranker=ToyReranker()), [Question("q", "?", True, evidence=(Evidence("none", 0, 1, "x"),))])


def test_passages_that_answer_hold_the_evidence_wholly_or_else_a_part() -> None:
    """A span within one passage has that one; a span over two has both; boilerplate has only itself."""
    first, second = a_passage(["One two.", "Three."], "a.md"), a_passage(["Four five."], "a.md", start=20)
    other = a_passage(["One two."], "b.md")
    ours = [("a.md", first.start, first.end), ("a.md", second.start, second.end)]
    assert relevant_passages(Evidence("a.md", 4, 7), [first, second, other]) == ours[:1]
    assert relevant_passages(Evidence("a.md", 10, 24), [first, second, other]) == ours
    assert relevant_passages(Evidence("a.md", 40, 50), [first, second, other]) == [("a.md", 40, 50)]


# Scores


@pytest.mark.parametrize(
    ("outcome", "fault"),
    [
        (an_outcome(), None),
        (an_outcome(right=False), "wrong quote"),
        (an_outcome(answered=False), "abstained, with the right quote"),
        (an_outcome(right=False, answered=False), "abstained, with a wrong quote"),
        (an_outcome(answerable=False), "answered, though the articles do not say it"),
        (an_outcome(answerable=False, answered=False), None),
    ],
)
def test_a_fault_says_what_went_wrong(outcome: Outcome, fault: str | None) -> None:
    assert outcome.fault == fault


def test_scores_are_those_worked_out_by_hand() -> None:
    """Four questions that are answered by the articles, one wrongly quoted and one abstained from, and two that are not."""
    outcomes = [
        an_outcome(confidence=0.95),
        an_outcome(confidence=0.85),
        an_outcome(confidence=0.35, answered=False),
        an_outcome(confidence=0.75, right=False),
        an_outcome(confidence=0.55, answerable=False, right=False),
        an_outcome(confidence=0.05, answerable=False, right=False, answered=False, seconds=0.6),
    ]
    found = by_name(outcomes)
    expected = {
        "article_hit@1": 1,
        "hit@1": 0,
        "hit@3": 1,
        "recall@1": 0,
        "recall@10": 1,
        "mrr": 0.5,
        "excerpt_recall@5": 1,
        "excerpt_precision@5": 10 / 70,
        "excerpt_iou@5": 10 / 70,
        "answer_in_first_quote": 2 / 4,
        "answer_in_first_quote_undecided": 3 / 4,
        "answer_in_first_three_quotes": 2 / 4,
        "quote_precision": 3 / 4 * 10 / 25,
        "quote_recall": 3 / 4,
        "quote_length_median": 25,
        "auroc": 5 / 6,
        "false_answer_rate": 1 / 2,
        "false_abstention_rate": 1 / 4,
        "expected_calibration_error": (0.05 + 0.15 + 0.65 + 0.75 + 0.55 + 0.05) / 6,
        "risk_at_80_coverage": 2 / 5,
        "seconds_median": 0.5,
    }
    assert {name: found[name].value for name in expected} == {name: pytest.approx(value) for name, value in expected.items()}
    assert (found["false_answer_rate"].n, found["auroc"].n, found["hit@1"].n) == (2, 5, 4)
    low, high = found["answer_in_first_quote"].low, found["answer_in_first_quote"].high
    assert low is not None and high is not None and low <= 0.5 <= high


def test_the_excerpt_measures_look_at_the_excerpts_asked_for() -> None:
    """The evidence is in the second excerpt."""
    found = by_name([an_outcome()], k=1)
    assert found["excerpt_recall@1"].value == 0
    assert "excerpt_recall@5" not in found


def test_without_unanswerable_questions_what_needs_them_is_absent() -> None:
    """None, and never 0; the rest is there."""
    found = by_name([an_outcome(), an_outcome(right=False, confidence=0.2)])
    assert [name for name, one in found.items() if one.value is None] == ["auroc", "false_answer_rate"]
    assert found["false_answer_rate"].low is found["false_answer_rate"].high is None


def test_without_answerable_questions_what_needs_them_is_absent() -> None:
    """Of a file of unanswerable ones there are only the false answers, the calibration, the risk and the times."""
    found = by_name([an_outcome(answerable=False, right=False)])
    there = ["false_answer_rate", "expected_calibration_error", "risk_at_80_coverage", "seconds_median", "seconds_p95"]
    assert [name for name, one in found.items() if one.value is not None] == there


def test_a_question_without_a_quote_is_not_right() -> None:
    """Nothing was found: it counts as 0, and its length does not count."""
    nothing = Outcome(an_outcome().question, False, 0.0, (), (), (("a.md", 10, 50),), (), 0.1)
    found = by_name([nothing])
    assert {found[name].value for name in ("hit@10", "mrr", "article_hit@1", "quote_recall", "quote_precision", "excerpt_iou@5")} == {0}
    assert found["quote_length_median"].value is None
