"""Articles, passages and answers of which a test knows every character."""

import hashlib
from collections.abc import Sequence
from datetime import date
from itertools import combinations

from hypothesis import strategies as st

from index.passage import Article, Hit, Passage
from qa.answer import Answer, Citation, Seconds, Statement
from qa.choose import EQUAL, MOST_QUOTES
from tests.conftest import ARTICLES
from tests.toy import toy_words

LIBRARY = ARTICLES | {
    "tower.md": (
        "---\ntitle: The tower of Ostrava\nauthor: Jan Novák\npublished: 2023-11-30\n---\n\n# The tower of Ostrava\n\n"
        "The tower of Ostrava burned down in 1794 during a thunderstorm. This disaster ruined the bakers nearby. "
        "Bakers rebuilt their ovens with bricks from the tower.\n"
    ),
    "copies/first.txt": "News from the mill\n\nThe miller of Zennor sold nineteen windmills to Portugal. Nobody knows why.\n",
    "copies/second.txt": "News from the mill\n\nThe miller of Zennor sold nineteen windmills to Portugal. Nobody knows why.\n",
    "café ☕: notes.txt": "Café notes\n\nThe “Blue Cup” café in Łódź serves 🍵 tea & <b>cake</b> on Sundays.\n",
}
"""Texts of the files that the library's store holds, by name."""
WORDS = sorted({word for text in LIBRARY.values() for word in toy_words(text)})

questions = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join),
    st.lists(st.sampled_from([*WORDS, "?", "And", "it", "who", '"', "NOT", "*", "Marlow", "¿"]), min_size=1, max_size=12).map(" ".join),
    st.text(max_size=60),
)
"""Questions: words of the articles, the same between small words and signs, and any text."""


def sha256(text: str) -> str:
    """Return the digest of a text as an article knows it."""
    return hashlib.sha256(text.encode()).hexdigest()


def an_article(text: str, name: str = "a.txt", *, title: str = "A title", author: str | None = None, day: date | None = None) -> Article:
    """Return an article with a true digest."""
    return Article(name, title, text, sha256(text), f"/articles/{name}", author, day)


def a_passage(sentences: Sequence[str], name: str = "a.txt", *, start: int = 0, heading: tuple[str, ...] = ()) -> Passage:
    """Return a passage of these sentences with a blank between them."""
    spans, place = [], start
    for sentence in sentences:
        spans.append((place, place + len(sentence)))
        place += len(sentence) + 1
    text = " ".join(sentences)
    return Passage(name, start, start + len(text), text, heading, tuple(spans))


def a_hit(sentences: Sequence[str], name: str = "a.txt", *, reranked: float | None = 0.0, heading: tuple[str, ...] = ()) -> Hit:
    """Return a reranked hit of a passage of these sentences."""
    return Hit(a_passage(sentences, name, heading=heading), reranked=reranked)


def a_citation(
    number: int = 1, *, before: str = "Before it. ", quote: str = "The quote.", after: str = " After it.", article: Article | None = None
) -> Citation:
    """Return a citation in a passage that is the whole text of its article; of another article it takes all but the text."""
    text = before + quote + after
    made = an_article(text) if article is None else an_article(text, article.id, title=article.title, author=article.author)
    passage = Passage(made.id, 0, len(text), text, ("First", "Second"), ((0, len(text)),))
    return Citation(number, made, passage, quote, len(before), len(before) + len(quote), 4.25)


def an_answer(citations: Sequence[Citation], *, question: str = "What is quoted?", confidence: float = 0.9) -> Answer:
    """Return an answer that rests on these citations."""
    statements = tuple(Statement(one.quote, (one.number,)) for one in citations)
    return Answer(question, "answered", confidence, statements, tuple(citations), seconds=Seconds(0.25, 0.5, 0.75), searched=9)


def an_abstention(nearest: Sequence[Citation] = (), *, question: str = "What is not said?") -> Answer:
    """Return an answer that abstains, with what came nearest."""
    return Answer(question, "not_in_articles", 0.1, nearest=tuple(nearest), seconds=Seconds(0.25, 0.5, 0.75), searched=9)


def shown(answer: Answer) -> tuple[Citation, ...]:
    """Return what an answer shows: its citations, or what came nearest."""
    return answer.citations or answer.nearest


def require_promises(answer: Answer, known: Sequence[Article], k: int | None = None) -> None:
    """Fail unless an answer keeps every promise that does not depend on the question."""
    articles = {article.id: article for article in known}
    for one in shown(answer):
        assert one.article == articles[one.article.id]
        assert one.article.text[one.start : one.end] == one.quote
        assert one.is_verbatim
    assert [one.number for one in shown(answer)] == list(range(1, len(shown(answer)) + 1))
    assert len(shown(answer)) <= (MOST_QUOTES if k is None else k)
    assert answer.is_answered == bool(answer.citations)
    assert not (answer.citations and answer.nearest)
    assert [number for statement in answer.statements for number in statement.numbers] == [one.number for one in answer.citations]
    slack = EQUAL if answer.is_answered and k is None else 0.0
    assert all(one.score >= other.score - slack for one, other in combinations(shown(answer), 2))
    assert 0 <= answer.confidence <= 1
    assert [hit.reranked or 0.0 for hit in answer.read] == sorted((hit.reranked or 0.0 for hit in answer.read), reverse=True)
    assert {one.passage for one in shown(answer)} <= {hit.passage for hit in answer.read}
    assert len({one.passage for one in shown(answer)}) == len(shown(answer))
