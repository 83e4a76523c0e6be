"""What a file brings: files of several articles, from one sync to the next."""

import json
from pathlib import Path

import pytest

from index.passage import Filters
from index.store import Store
from tests.formats.make import report, zipped
from tests.toy import ToyEmbedder

WORDS = {"Salt": "The salt came by ship.", "Tea": "The tea came by train.", "Silk": "The silk came on foot.", "Tin": "The tin stayed."}


def write_lines(path: Path, *titles: str) -> None:
    """Write a line for each title; one that is not known is no JSON."""
    lines = [json.dumps({"title": one, "text": WORDS[one]}) if one in WORDS else one for one in titles]
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def news(tmp_path: Path, store: Store) -> Path:
    """A file of two articles, which the store holds."""
    path = tmp_path / "articles" / "news.jsonl"
    path.parent.mkdir()
    write_lines(path, "Salt", "Tea")
    store.sync([path.parent])
    return path


def texts(store: Store) -> dict[str, str]:
    assert store.find_damage() == []
    with store.reading() as reader:
        return {one.id: one.text for one in reader.articles()}


def test_a_line_that_is_added_is_one_article_more(news: Path, store: Store, embedder: ToyEmbedder) -> None:
    """The others are as they were: none of them is embedded or told as changed."""
    before = len(embedder.embedded)
    write_lines(news, "Salt", "Tea", "Silk")
    report = store.sync([news.parent])
    assert (report.added, report.changed, report.removed) == (("news.jsonl#3",), (), ())
    assert report.unchanged == ("news.jsonl#1", "news.jsonl#2")
    assert len(embedder.embedded) == before + 1
    assert store.sync([news.parent]).generation == report.generation


def test_a_line_on_top_moves_the_others_and_embeds_itself_alone(news: Path, store: Store, embedder: ToyEmbedder) -> None:
    before = len(embedder.embedded)
    write_lines(news, "Silk", "Salt", "Tea")
    report = store.sync([news.parent])
    assert (report.added, report.changed) == (("news.jsonl#3",), ("news.jsonl#1", "news.jsonl#2"))
    assert len(embedder.embedded) == before + 1
    assert texts(store) == {"news.jsonl#1": WORDS["Silk"], "news.jsonl#2": WORDS["Salt"], "news.jsonl#3": WORDS["Tea"]}


def test_a_bad_line_is_named_by_every_sync_until_it_is_mended(news: Path, store: Store) -> None:
    write_lines(news, "Salt", "{bad", "Tea")
    for expected in (("news.jsonl#2",), ()):
        report = store.sync([news.parent])
        assert report.removed == expected
        ((path, reason),) = report.failed
        assert (path, reason.startswith("is no line of JSON")) == (f"{news}#2", True)
    write_lines(news, "Salt", "Silk", "Tea")
    report = store.sync([news.parent])
    assert (report.added, report.failed, len(texts(store))) == (("news.jsonl#2",), (), 3)


def test_a_file_that_says_the_same_in_other_bytes_is_remembered(news: Path, store: Store) -> None:
    """It is read once, and then known again."""
    news.write_text(news.read_text() + "\n\n")
    report = store.sync([news.parent])
    assert (report.unchanged, report.changed) == (("news.jsonl#1", "news.jsonl#2"), ())
    assert store.sync([news.parent]).generation == report.generation


def test_an_article_that_was_removed_comes_back_with_its_file(news: Path, store: Store) -> None:
    assert store.remove(["news.jsonl#1"]).removed == ("news.jsonl#1",)
    assert set(texts(store)) == {"news.jsonl#2"}
    report = store.sync([news.parent])
    assert (report.added, report.unchanged) == (("news.jsonl#1",), ("news.jsonl#2",))
    assert store.sync([news.parent]).generation == report.generation


def test_a_file_that_is_gone_takes_all_its_articles_with_it(news: Path, store: Store) -> None:
    (news.parent / "other.txt").write_text("Other words.")
    news.unlink()
    assert store.sync([news.parent]).removed == ("news.jsonl#1", "news.jsonl#2")
    assert set(texts(store)) == {"other.txt"}


def test_a_file_that_is_damaged_as_a_whole_takes_all_its_articles_with_it(news: Path, store: Store) -> None:
    news.write_bytes(b"\0\1\2\3")
    report = store.sync([news.parent])
    assert (report.removed, [path for path, _ in report.failed]) == (("news.jsonl#1", "news.jsonl#2"), [str(news)])


def test_an_archive_that_is_renamed_embeds_nothing(tmp_path: Path, store: Store, embedder: ToyEmbedder) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "old.zip").write_bytes(zipped({"a.txt": "Words of salt.", "b.md": "# Tea\n\nWords of tea.", "c.png": "x"}))
    report = store.sync([folder])
    assert (report.added, report.ignored) == (("old.zip/a.txt", "old.zip/b.md"), (f"{folder}/old.zip/c.png",))
    before = len(embedder.embedded)
    (folder / "old.zip").rename(folder / "new.zip")
    report = store.sync([folder])
    assert (report.added, report.removed) == (("new.zip/a.txt", "new.zip/b.md"), ("old.zip/a.txt", "old.zip/b.md"))
    assert len(embedder.embedded) == before


def test_an_archive_and_a_folder_of_its_name_keep_their_articles_apart(tmp_path: Path, store: Store) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "one/a.zip").write_bytes(zipped({"x.txt": "Words of an archive."}))
    (tmp_path / "two/a.zip").mkdir()
    (tmp_path / "two/a.zip/x.txt").write_text("Words of a folder.")
    paths = [tmp_path / "one", tmp_path / "two"]
    assert store.sync(paths).added == ("a.zip/x.txt", "two/a.zip/x.txt")
    assert store.sync(list(reversed(paths)), is_fresh=True).added == ("a.zip/x.txt", "one/a.zip/x.txt")


def test_pages_are_kept_in_the_index(tmp_path: Path, store: Store) -> None:
    (tmp_path / "report.pdf").write_bytes(report())
    store.sync([tmp_path / "report.pdf"])
    with store.reading() as reader:
        article = reader.article("report.pdf")
    assert [name for _, name in article.places] == ["p. 1", "p. 2", "p. 3"]
    start = article.text.index("timber ships")
    assert article.place_of(start, start + 12) == "p. 2"
    assert article.place_of(start - 20, start + 12) == "p. 1–2"
    assert article.place_of(0, 1) == "p. 1"


def test_one_article_of_a_file_can_be_shown_and_filtered(news: Path, store: Store) -> None:
    with store.reading() as reader:
        assert reader.article("news.jsonl#2").title == "Tea"
        assert [one.article for one in reader.passages(filters=Filters(articles=("news.jsonl#2",)))] == ["news.jsonl#2"]


def test_a_reading_that_fails_is_no_error_of_the_sync(tmp_path: Path, store: Store) -> None:
    """Whatever stands in a folder: what can be read is read."""
    (tmp_path / "good.txt").write_text("Good words.")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 and nothing")
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04")
    report = store.sync([tmp_path / "good.txt", tmp_path / "bad.pdf", tmp_path / "bad.zip"])
    assert report.added == ("good.txt",)
    assert [Path(path).name for path, _ in report.failed] == ["bad.pdf", "bad.zip"]


def test_a_file_that_says_the_same_thousands_of_times_hides_nothing(tmp_path: Path, store: Store) -> None:
    """Not all of its passages are in the vector index, and when one goes that is, another takes its place."""
    sentence = f"{'Again the same words come, ' * 20}and end."
    for name, times in (("a.txt", 2000), ("b.txt", 20)):
        (tmp_path / name).write_text("Title\n\n" + f"{sentence}\n\n" * times)
    (tmp_path / "salt.txt").write_text(WORDS["Salt"])
    assert store.sync([tmp_path]).failed == ()
    assert store.find_damage() == []
    with store.reading() as reader:
        assert WORDS["Salt"] in [hit.passage.text for hit in reader.search_vectors(WORDS["Salt"], 5)]
        assert len(reader.search_words("again", 200)) == 200
    (tmp_path / "a.txt").unlink()
    assert store.sync([tmp_path]).removed == ("a.txt",)
    with store.reading() as reader:
        assert {hit.passage.article for hit in reader.search_vectors("Again the same words come", 2)} == {"b.txt"}
