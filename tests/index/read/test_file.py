"""From a file to the articles in it."""

import io
import json
import zipfile
from datetime import date

import pytest

from index.errors import ReadError
from index.read import archive
from index.read.archive import open_archive, read_member
from index.read.file import Reading, read_file
from tests.formats.make import zipped


def read(content: bytes | str, name: str) -> Reading:
    return read_file(content.encode() if isinstance(content, str) else content, f"/x/{name}", name)


def ids(reading: Reading) -> list[str]:
    return [one.id for one in reading.articles]


def line(**fields: object) -> str:
    return json.dumps({"title": "Salt", "text": "Words of salt."} | fields)


def test_a_plain_file_is_one_article() -> None:
    reading = read("Words.", "a.txt")
    assert (ids(reading), reading.articles[0].part, reading.failed) == (["a.txt"], "", ())


@pytest.mark.parametrize("name", ["Straße ü.txt", "서울.txt", "plain.txt"])
def test_a_name_in_an_archive_is_read_also_where_it_does_not_say_how_it_is_written(name: str) -> None:
    """`zip` on Linux writes UTF-8 without saying so; Python's own archives say it."""
    said = zipped({name: "Words."})
    silent = bytearray(said)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        silent[said.index(mark) + place + 1] &= ~0x08 & 0xFF
    assert ids(read(said, "a.zip")) == ids(read(bytes(silent), "a.zip")) == [f"a.zip/{name}"]


def test_a_name_in_an_archive_that_is_no_utf_8_is_read_as_of_old() -> None:
    said = zipped({"cafe.txt": "Words."}).replace(b"cafe.txt", b"caf\x82.txt")
    assert ids(read(said, "a.zip")) == ["a.zip/café.txt"]


def test_a_line_is_an_article_and_is_called_by_its_number() -> None:
    reading = read(f"{line()}\n\r\n{line(title='Tea')}\r\n", "n.jsonl")
    assert [(one.id, one.part, one.path, one.title) for one in reading.articles] == [
        ("n.jsonl#1", "#1", "/x/n.jsonl", "Salt"),
        ("n.jsonl#3", "#3", "/x/n.jsonl", "Tea"),
    ]


def test_a_line_says_what_is_known_of_its_article() -> None:
    said = line(authors=["Ann Lee", "Bo Day"], date="2021-03-04T10:00:00Z", publisher="Post", url="https://example.org", lang="en", other=1)
    (one,) = read(said, "n.jsonl").articles
    assert (one.author, one.published, one.publisher, one.url, one.language) == (
        "Ann Lee, Bo Day", date(2021, 3, 4), "Post", "https://example.org", "en",
    )  # fmt: skip
    assert (one.text, one.title) == ("Words of salt.", "Salt")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "is no line of JSON"),
        ("[" * 100_000, "is no line of JSON"),
        ("[1]", "is no object of JSON"),
        ('{"title": "x"}', 'has no "text"'),
        ('{"text": 3}', 'has no "text"'),
        ('{"text": "  "}', 'has no "text"'),
        (r'{"text": "a\u0000b"}', "is binary"),
        (r'{"text": "\ud800"}', "characters that do not exist"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_read(bad: str, reason: str) -> None:
    reading = read(f"{line()}\n{bad}\n{line()}", "n.jsonl")
    assert ids(reading) == ["n.jsonl#1", "n.jsonl#3"]
    ((part, said),) = reading.failed
    assert part == "#2"
    assert reason in said


def test_the_files_of_an_archive_are_articles_in_the_order_of_their_names() -> None:
    inner = zipped({"c.txt": "Inner words.", "n.jsonl": line()})
    content = zipped(
        {"b/é.txt": "Words.", "a.md": "# Tea\n\nWords.", "z.zip": inner, "p.png": "x", ".hidden.txt": "x", "__MACOSX/a.md": "x"}
    )
    reading = read(content, "s.zip")
    assert ids(reading) == ["s.zip/a.md", "s.zip/b/é.txt", "s.zip/z.zip/c.txt", "s.zip/z.zip/n.jsonl#1"]
    assert {one.path for one in reading.articles} == {"/x/s.zip"}
    assert [one.id for one in reading.articles] == [f"s.zip{one.part}" for one in reading.articles]
    assert (reading.failed, reading.ignored) == ((), ("/p.png",))


@pytest.mark.parametrize("name", ["../a.txt", "a/../../b.txt", "/etc/a.txt", "C:/a.txt", "a\\b.txt", "a\nb.txt", "a\x9bb.txt"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    reading = read(zipped({name: "Words.", "good.txt": "Words."}), "s.zip")
    assert ids(reading) == ["s.zip/good.txt"]
    ((part, reason),) = reading.failed
    assert part == f"/{name}"
    assert reason.startswith("has a name that")


def test_a_link_in_an_archive_is_left_alone() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("a.txt", "Words.")
    reading = read(file.getvalue(), "s.zip")
    assert (ids(reading), reading.ignored) == (["s.zip/a.txt"], ("/link.txt",))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_files_of_one_name_the_second_is_named() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.txt", "First words.")
        made.writestr("a.txt", "Second words.")
    reading = read(file.getvalue(), "s.zip")
    assert [one.text for one in reading.articles] == ["First words."]
    assert reading.failed == (("/a.txt", "stands in the archive twice"),)


def test_an_archive_deep_in_others_is_named() -> None:
    deep = zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": "Words."}), "d.txt": "Words."})})
    reading = read(deep, "s.zip")
    assert ids(reading) == ["s.zip/a.zip/d.txt"]
    assert reading.failed == (("/a.zip/b.zip", "is an archive in an archive in another: unpack it"),)


def test_a_damaged_file_in_an_archive_is_named_and_the_others_are_read() -> None:
    reading = read(zipped({"a.pdf": "%PDF-1.7", "b.zip": "PK", "c.txt": "Words.", "d.txt": ""}), "s.zip")
    assert ids(reading) == ["s.zip/c.txt"]
    assert [part for part, _ in reading.failed] == ["/a.pdf", "/b.zip", "/d.txt"]
    assert all(reason for _, reason in reading.failed)


@pytest.mark.parametrize("content", [zipped({}), zipped({"a.png": "x"})])
def test_an_archive_without_articles_says_what_was_looked_for(content: bytes) -> None:
    with pytest.raises(ReadError, match=r"holds no article \(looked for \.txt"):
        read(content, "s.zip")


def test_all_archives_of_a_file_share_one_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.read.file.MOST_BYTES", 1000)
    reading = read(zipped({f"{i}.txt": "x" * 300 for i in range(9)}), "s.zip")
    assert len(reading.articles) == 3
    assert [part for part, _ in reading.failed] == ["/3.txt"]


def test_a_member_over_the_limit_is_named() -> None:
    (failed,) = read_file(zipped({"a.txt": "x" * 300}), "/x/s.zip", "s.zip", largest=200).failed
    assert "--max-size" in failed[1]


def test_an_archive_that_swells_is_refused_before_it_is_unpacked() -> None:
    swelling = zipped({"a.txt": bytes(archive.FEW_BYTES * 3)})
    with pytest.raises(ReadError, match="times its size"):
        open_archive(swelling)
    mixed = zipped({"a.txt": bytes(archive.FEW_BYTES * 3), "b.txt": bytes(range(256)) * 9 + zipped({str(i): "x" for i in range(999)})})
    with pytest.raises(ReadError, match="times its size"):
        read_member(open_archive(mixed), "a.txt")
