"""How answers, articles and reports look on a terminal and as JSON."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from index.passage import Article, Hit
from index.plan import Report
from qa.answer import Answer, Citation

NOT_IN_ARTICLES = "The articles do not answer this question."


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as the documented JSON object."""
    return {
        "question": answer.question,
        "verdict": answer.verdict,
        "confidence": round(answer.confidence, 4),
        "answer": answer.text if answer.is_answered else NOT_IN_ARTICLES,
        "citations": [citation_json(one) for one in answer.citations],
        "nearest": [citation_json(one) for one in answer.nearest],
        "seconds": {
            "retrieve": round(answer.seconds.retrieve, 4),
            "rerank": round(answer.seconds.rerank, 4),
            "total": round(answer.seconds.total, 4),
        },
    } | ({"read_as": answer.read_as} if answer.read_as else {})


def citation_json(one: Citation) -> dict[str, Any]:
    """Return a citation as the documented JSON object."""
    passage = one.passage
    where_known = {"place": one.place, "also_in": [article_json(other) for other in one.also_in]}
    return {
        "number": one.number,
        "quote": one.quote,
        "start": one.start,
        "end": one.end,
        "passage": {"start": passage.start, "end": passage.end, "text": passage.text, "heading": " › ".join(passage.heading)},
        "article": article_json(one.article),
        "score": round(one.score, 4),
    } | {name: value for name, value in where_known.items() if value}


def article_json(article: Article) -> dict[str, Any]:
    """Return what is known about an article, without its text."""
    return {
        "id": article.id,
        "title": article.title,
        "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "publisher": article.publisher,
        "path": article.path,
        "sha256": article.sha256,
    }


def report_json(report: Report) -> dict[str, Any]:
    """Return what a sync did as the documented JSON object."""
    return {
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "unchanged": list(report.unchanged),
        "failed": [{"path": path, "reason": reason} for path, reason in report.failed],
        "articles": report.articles,
        "passages": report.passages,
        "seconds": report.seconds,
        "generation": report.generation,
    } | ({"renamed": [{"from": old, "to": new} for old, new in report.renamed]} if report.renamed else {})


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return a ranked passage."""
    passage = hit.passage
    return {
        "article": passage.article,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "heading": " › ".join(passage.heading),
        "scores": {"fused": hit.fused, "cosine": hit.cosine, "bm25": hit.bm25, "reranked": hit.reranked},
    }


def dump(value: dict[str, Any]) -> str:
    """Return a value as one line of JSON that keeps every character as it is."""
    return json.dumps(value, ensure_ascii=False).encode(errors="replace").decode()


def byline(article: Article) -> str:
    """Return title, author, publisher and date, as far as they are known."""
    day = article.published.isoformat() if article.published else None
    return _line(" · ".join(one for one in (article.title, article.author, article.publisher, day) if one))


def answer_lines(answer: Answer) -> Iterator[str]:
    """Yield an answer as lines of text for a terminal."""
    if answer.read_as:
        yield f"Read as: {_line(answer.read_as)}"
    if not answer.is_answered:
        yield f"{NOT_IN_ARTICLES} ({answer.confidence:.0%} likely that they do)"
        if answer.advice:
            yield answer.advice
        if answer.nearest:
            yield "\nWhat came nearest:"
            for one in answer.nearest:
                yield from _citation_lines(one, mark="·")
        return
    for one in answer.citations:
        yield from _citation_lines(one, mark=f"[{one.number}]")
    yield f"\n{min(answer.confidence, 0.99):.0%} likely that [1] answers · {answer.seconds.total:.2f} s"


def report_lines(report: Report) -> Iterator[str]:
    """Yield what a sync did as lines of text."""
    for path, reason in report.failed:
        yield f"failed: {_shown(path)}: {_shown(reason)}"
    if report.ignored:
        kinds = sorted({"." + path.rsplit(".", 1)[-1] if "." in path.rsplit("/", 1)[-1] else "no ending" for path in report.ignored})
        yield f"left alone: {len(report.ignored)} files of other kinds ({', '.join(kinds[:8])})"
    if report.excluded:
        yield f"left out by .ibidignore: {len(report.excluded)} files or folders"
    moved = len(report.renamed)
    counts = (
        ("added", len(report.added) - moved),
        ("changed", len(report.changed)),
        ("renamed", moved),
        ("removed", len(report.removed) - moved),
        ("unchanged", len(report.unchanged)),
    )
    done = ", ".join(f"{n} {name}" for name, n in counts if n) or "nothing to do"
    failed = f", {len(report.failed)} failed" if report.failed else ""
    yield f"{done}{failed}: {report.articles} articles, {report.passages} passages, {report.seconds:.1f} s"


def hit_lines(hits: Sequence[Hit]) -> Iterator[str]:
    """Yield ranked passages as lines of text for a terminal."""
    for i, hit in enumerate(hits, start=1):
        one = hit.passage
        yield f"{i:>3}. {one.article}:{one.start}-{one.end}  {_line(' › '.join(one.heading))}\n     {_line(one.text)}\n"


def article_lines(articles: Sequence[Article]) -> Iterator[str]:
    """Yield a table of articles as lines of text."""
    width = max((len(article.id) for article in articles), default=0)
    for article in articles:
        yield f"{article.id:<{width}}  {len(article.text.split()):>6} words  {byline(article)}"


def _line(text: str) -> str:
    """Return text as one line without control characters, which a terminal would obey."""
    return _shown(" ".join(text.split()))


def _shown(text: str) -> str:
    """Return text without control characters, and without those that format it and show nothing (a soft hyphen)."""
    return "".join(c if c.isprintable() else "" if unicodedata.category(c) == "Cf" else " " for c in text)


def _citation_lines(one: Citation, *, mark: str) -> Iterator[str]:
    yield f"\n{mark} “{_line(one.quote)}”"
    yield f"    {byline(one.article)}{f' · {one.place}' if one.place else ''}"
    yield f"    {one.article.id}:{one.start}-{one.end}"
    if one.also_in:
        yield f"    also in {', '.join(_line(other.id) for other in one.also_in)}"
