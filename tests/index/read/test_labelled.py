"""Title, author and date of labelled files: `tests/metadata/labels.jsonl` says what each of them states.

`held` is 0 for the files the readers were developed on, 1 for a third that was held out and 2 for files that were written
later and held out anew; `trap` files tempt to a wrong answer. `tests/metadata/articles.jsonl` says it of two thirds of
`tests/articles`, which others wrote, and earlier: 3, then 4. Each was developed on once it had been measured.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from index.passage import Article
from index.read.article import parse_article

FOLDER = Path(__file__).parent.parent.parent / "metadata"
LABELS = ("labels.jsonl", "articles.jsonl")
OURS = 3
"""Below it, `held` says a file is in `tests/metadata`."""
FIELDS = ("title", "author", "published", "publisher", "url", "language")
HELD = {0: "developed on", 1: "held out first", 2: "held out anew", 3: "articles of others", 4: "more articles of others"}
Label = dict[str, object]


def labels(*, held: int) -> list[Label]:
    lines = [line for name in LABELS for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
    rows = [cast(Label, json.loads(line)) for line in lines]
    return [row for row in rows if row["held"] == held]


def stated(article: Article, field: str) -> object:
    """Return a field as the labels have it: names in any order and case, no title where the file's name stands for it."""
    value = getattr(article, field)
    if field == "author" and value:
        return sorted(re.split(r", and |, | and | & ", value.lower()))
    if field == "title" and value == Path(article.path).stem:
        return None
    return str(value) if value else None


def expected(row: Label, field: str) -> object:
    value = row.get(field)
    return sorted(str(one).lower() for one in value) if isinstance(value, list) else value


def found(row: Label) -> Article:
    return parsed((FOLDER if int(str(row["held"])) < OURS else FOLDER.parent / "articles") / str(row["file"]))


@cache
def parsed(path: Path) -> Article:
    return parse_article(path.read_bytes(), str(path), path.name)


def measure(rows: list[Label], field: str) -> tuple[float, float, list[str]]:
    """Return precision, recall and what was read wrongly."""
    pairs = [(row["file"], stated(found(row), field), expected(row, field)) for row in rows]
    right = sum(got == want and want is not None for _, got, want in pairs)
    wrong = [f"{file}: {got!r} instead of {want!r}" for file, got, want in pairs if got != want]
    read, told = sum(got is not None for _, got, _ in pairs), sum(want is not None for _, _, want in pairs)
    return right / read if read else 1.0, right / told if told else 1.0, wrong


def test_the_labels_cover_the_files() -> None:
    """At least 60 files, a third of them held out, a third of them traps."""
    rows = [row for held in range(OURS) for row in labels(held=held)]
    assert {str(row["file"]) for row in rows} == {path.name for path in FOLDER.iterdir()} - set(LABELS)
    assert len(rows) >= 60
    assert len(labels(held=1)) == len(labels(held=0) + labels(held=1)) // 3
    assert sum(bool(row["trap"]) for row in rows) >= len(rows) // 3


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_read_is_right_and_most_is_read(field: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of what is read 97 % is right; of what the files state 80 % is read."""
    every = [row for held in HELD for row in labels(held=held)]
    for name, rows in [*((name, labels(held=held)) for held, name in HELD.items()), ("all", every)]:
        precision, recall, wrong = measure(rows, field)
        with capsys.disabled():
            print(f"\n{name}, {len(rows)} files, {field}: precision {precision:.3f}, recall {recall:.3f}", end="")
    assert precision >= 0.97, wrong
    assert recall >= 0.8, wrong
