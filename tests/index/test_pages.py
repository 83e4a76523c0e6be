"""Pages as people save and copy them: `tests/pages/labels.jsonl` says which lines are the article's own and which are not.

`held` is 0 for the pages the rules were developed on, 1 for a third that was held out, 2 and 3 for pages that were written later
and held out anew; each was developed on once it had been measured.
"""

import json
from pathlib import Path
from typing import cast

import pytest

from index.chunk import Chunking, chunk, split_sentences
from index.passage import Passage
from index.read.article import markup_of, parse_article
from tests.toy import ToyEmbedder

FOLDER = Path(__file__).parent.parent / "pages"
LONG = 20
"""Letters of a line that is looked for within sentences, too."""
HELD = {0: "developed on", 1: "held out first", 2: "held out anew", 3: "held out a third time"}
Page = dict[str, object]


def pages(*, held: int) -> list[Page]:
    rows = [cast(Page, json.loads(line)) for line in (FOLDER / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["held"] == held]


def lines(page: Page, kind: str) -> list[str]:
    return [line[kind] for line in cast(list[dict[str, str]], page["lines"]) if kind in line]


def passages(page: Page) -> tuple[str, list[Passage]]:
    path = FOLDER / str(page["file"])
    article = parse_article(path.read_bytes(), str(path), path.name)
    return article.text, chunk(article, markup=markup_of(article), count=ToyEmbedder().count_tokens, chunking=Chunking())


def plain(text: str) -> str:
    """Return the text without blanks and the marks of Markdown, with which pages are extracted."""
    return "".join(text.split()).replace("*", "").replace("_", "").replace("`", "")


def quoted(page: Page) -> list[str]:
    """Return the boilerplate lines that could be quoted.

    A copied text is looked at by places, since a short line may also stand within a sentence; a web page by whole sentences.
    """
    text, cut = passages(page)
    if str(page["file"]).endswith(".html"):
        said = {plain(text[start:end]).removeprefix("-") for passage in cut for start, end in passage.sentences}
        own = "".join(map(plain, lines(page, "own")))
        whole = "".join(plain(passage.text) for passage in cut)
        strange = [
            line for line in lines(page, "boilerplate") if len(plain(line)) >= LONG and plain(line) not in own and plain(line) in whole
        ]
        return list(
            dict.fromkeys(
                [*strange, *(line for line in lines(page, "boilerplate") if any(plain(one) in said for one in [line, *sentences(line)]))]
            )
        )
    place, found = 0, []
    for line in cast(list[dict[str, str]], page["lines"]):
        words = line.get("own") or line["boilerplate"]
        place = text.index(words, place)
        end = place + len(words)
        if "boilerplate" in line and any(passage.start < end and place < passage.end for passage in cut):
            found.append(words)
        place = end
    return found


def sentences(line: str) -> list[str]:
    return [line[start:end] for start, end in split_sentences(line, 0, len(line))]


def lost(page: Page) -> tuple[list[str], int]:
    """Return the article's own sentences that stand in no passage, and the number of all of them."""
    _, cut = passages(page)
    own = [sentence for line in lines(page, "own") for sentence in sentences(line)]
    said = [plain(passage.text) for passage in cut]
    return [one for one in own if not any(plain(one.removeprefix("- ")) in text for text in said)], len(own)


def test_the_labels_cover_the_pages() -> None:
    rows = [row for held in HELD for row in pages(held=held)]
    assert {str(row["file"]) for row in rows} == {path.name for path in FOLDER.iterdir()} - {"labels.jsonl"}
    assert len(rows) >= 20
    assert len(pages(held=1)) == len(pages(held=0) + pages(held=1)) // 3


def test_no_line_of_the_page_around_an_article_can_be_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a button nor a caption, a heading, a notice, a comment or a note about the author."""
    found: dict[str, list[str]] = {}
    for held, name in HELD.items():
        rows = pages(held=held)
        wrong = {str(row["file"]): lines_quoted for row in rows if (lines_quoted := quoted(row))}
        with capsys.disabled():
            total = sum(len(lines(row, "boilerplate")) for row in rows)
            print(f"\n{name}, {len(rows)} pages: {sum(map(len, wrong.values()))} of {total} lines can be quoted", end="")
        found |= wrong
    assert found == {}


def test_the_articles_own_sentences_can_be_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    """Of all sentences at least 99 % stand in a passage."""
    missing: list[str] = []
    total = 0
    for held, name in HELD.items():
        found = [lost(row) for row in pages(held=held)]
        own, gone = sum(number for _, number in found), [sentence for sentences_lost, _ in found for sentence in sentences_lost]
        with capsys.disabled():
            print(f"\n{name}, {len(found)} pages: {own - len(gone)} of {own} own sentences can be quoted", end="")
        missing += gone
        total += own
    assert len(missing) <= 0.01 * total, missing
