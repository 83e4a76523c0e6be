"""A folder with a file of every kind, indexed and asked as a person does it."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import ReadError
from index.read.file import read_file
from index.read.sandbox import Limits, Sandbox
from index.read.walk import SUFFIXES
from index.store import Store
from tests.formats.hostile import BOMBS, malformed, mutated
from tests.formats.make import SENTENCES, files
from tests.qa.test_cli import ibid
from tests.toy import ToyEmbedder

FOLDER = Path(__file__).parent / "files"
QUESTIONS = {
    "plain.txt": "When was the lighthouse of Varn lit for the first time?",
    "marked.md": "How many passengers does the ferry to Oland carry?",
    "page.html": "How many pendulums does the museum of clocks keep?",
    "page.htm": "For how long does the library of Brell lend its telescopes?",
    "page.xhtml": "What did the glass works of Tarn burn until 1911?",
    "saved.mhtml": "What closed the observatory on Mount Kell?",
    "saved.mht": "How steep is the slope that the tram of Lund climbs?",
    "report.pdf": "How many ships did the harbour of Marlow handle in its final year?",
    "memo.docx": "For how many villages did the mill at Orrin grind rye?",
    "talk.pptx": "Which river did the salt road cross?",
    "letter.odt": "What was the bell of Sund cast from?",
    "note.rtf": "How many pear trees does the orchard of Pell have?",
    "novel.epub": "Until which storm did the keeper count the waves?",
    "mail.eml": "What will the council repair before the first of May?",
    "news.jsonl#1": "When did the quarry of Hest sell its last granite?",
    "news.jsonl#3": "For how many weeks did the canal of Ruun freeze?",
    "lines.ndjson#1": "When does the bakery on Mill Street open?",
    "archive.zip/inner/deep.txt": "How long is the tunnel under Grey Hill?",
    "archive.zip/more.jsonl#1": "How many arches does the viaduct of Sarn have?",
    "archive.zip/second.zip/inside.md": "How many people does the cable car of Vik hold?",
}
HARMLESS = ("long.txt", "letters.txt", "marks.md", "quotes.md", "spine.epub", "braces.rtf")
"""Bombs that are read for what they are."""
QUICK = sorted(
    set(BOMBS) - {"endless.pdf", "head.eml", "line.txt", "tags.html", "wide.docx", "zeros.zip", "flate.pdf", "twice.pdf", "liar.zip"}
)
"""Bombs that take less than a second to make and to read."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox with the memory of the usual one and less time."""
    sandbox = Sandbox(Limits(processor=20, wall=30))
    yield sandbox
    sandbox.close()


def test_the_folder_holds_what_its_maker_makes() -> None:
    """What is not packed is made again byte for byte."""
    made = files()
    assert {path.name for path in FOLDER.iterdir()} == set(made)
    assert [name for name, content in made.items() if content[:2] != b"PK" and (FOLDER / name).read_bytes() != content] == []


def test_every_kind_is_in_the_folder() -> None:
    assert {path.suffix for path in FOLDER.iterdir()} | {".text", ".markdown"} == set(SUFFIXES)
    assert set(QUESTIONS) == set(SENTENCES)


def test_every_article_of_the_folder_says_its_sentence(tmp_path: Path) -> None:
    """Nothing fails, a second look finds nothing to do, and every passage stands in its article."""
    store = Store(tmp_path / "home", embedder=ToyEmbedder())
    report = store.sync([FOLDER])
    assert (report.failed, report.ignored, sorted(report.added)) == ((), (), sorted(SENTENCES))
    assert store.sync([FOLDER]).unchanged == tuple(sorted(SENTENCES))
    assert store.find_damage() == []
    with store.reading() as reader:
        assert {one.id: SENTENCES[one.id] in one.text for one in reader.articles()} == dict.fromkeys(SENTENCES, True)
        said = {one.article for one in reader.passages() if SENTENCES[one.article] in one.text}
    assert said == set(SENTENCES)
    store.close()


@pytest.mark.models
def test_the_command_line_quotes_a_sentence_of_every_file(tmp_path: Path) -> None:
    done = ibid("index", str(FOLDER), "--json", home=tmp_path)
    assert (done.status, done.json["failed"], sorted(done.json["added"])) == (0, [], sorted(SENTENCES))
    asked = "".join(json.dumps({"id": name, "question": question}) + "\n" for name, question in QUESTIONS.items())
    answers = [json.loads(line) for line in ibid("ask", "--batch", "-", home=tmp_path, stdin=asked).out.splitlines()]
    assert [one["id"] for one in answers if not any(SENTENCES[one["id"]] in cited["quote"] for cited in one["citations"])] == []
    places = {one["id"]: [cited.get("place") for cited in one["citations"] if cited["article"]["id"] == one["id"]] for one in answers}
    assert places["report.pdf"] == ["p. 1"]
    assert places["talk.pptx"] == ["slide 2"]
    assert places["plain.txt"] == [None]
    (shown,) = [one for one in answers if one["id"] == "archive.zip/inner/deep.txt"]
    assert shown["citations"][0]["article"]["path"] == str(FOLDER / "archive.zip")
    assert SENTENCES["news.jsonl#3"] in ibid("show", "news.jsonl#3", home=tmp_path).out


@pytest.mark.parametrize("name", QUICK)
def test_a_bomb_is_named_or_harmless(name: str, sandbox: Sandbox) -> None:
    try:
        reading = read_file(BOMBS[name](), f"/x/{name}", name, sandbox=sandbox)
    except ReadError as error:
        assert str(error)
        assert name not in HARMLESS
    else:
        assert name in HARMLESS or reading.failed


def test_damaged_files_are_read_or_named(sandbox: Sandbox) -> None:
    """`make fuzz` tries more of them, and measures time and memory."""
    for name, content in malformed(60, seed=7):
        try:
            reading = read_file(content, f"/x/{name}", name, sandbox=sandbox)
        except ReadError as error:
            assert str(error), name
        else:
            assert reading.articles or reading.failed, name


def test_mutations_are_made_again_alike() -> None:
    assert mutated(b"The same words." * 9, random.Random(3)) == mutated(b"The same words." * 9, random.Random(3))
    assert list(malformed(30, seed=2)) == list(malformed(30, seed=2))
