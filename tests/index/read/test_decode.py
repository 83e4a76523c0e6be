"""From bytes to text."""

import codecs
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError, UnreadableError
from index.read.decode import LARGEST_FILE, decode, read_bytes

MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
texts = st.text(
    st.one_of(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), st.sampled_from("\r\n\t")),
    min_size=1,
    max_size=80,
).filter(str.strip)
latin_texts = st.text(st.sampled_from("abc XYZ,.123\r\n\t"), min_size=1, max_size=80).filter(str.strip)
MIXED = "One line\r\nanother\rand\na last one\n\n\tindented  \n"


@given(text=texts)
def test_utf_8_is_read_as_it_is(text: str) -> None:
    """No character is changed: newlines, blanks at the ends and combining marks stay."""
    assert decode(text.encode()) == text


@pytest.mark.parametrize("encoding", MARKS)
@given(text=texts)
@settings(max_examples=40)
def test_a_byte_order_mark_names_the_encoding_and_is_no_text(encoding: str, text: str) -> None:
    assert decode(MARKS[encoding] + text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@given(text=latin_texts)
@settings(max_examples=40)
def test_utf_16_is_known_without_a_mark(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


@given(content=st.binary(max_size=120))
@settings(max_examples=100)
def test_any_bytes_are_text_or_a_reason(content: bytes) -> None:
    """Whatever a file holds, it is refused with a reason or gives text that is not blank and can be kept."""
    try:
        text = decode(content)
    except ReadError as error:
        assert str(error)
    else:
        assert text.strip()
        assert "\0" not in text
        assert text.encode().decode() == text


@pytest.mark.parametrize(
    "text",
    [
        "The minister said: “We will not go.” It’s over – for now.",
        "Die Größe der Häuser in Köln überrascht die Gäste.",
        "The minister said:\r\n“We will not go.”\r\nIt’s over – for now.\r\n",
    ],
)
def test_windows_1252_is_recognised(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "text",
    [
        "The price rose to €12 in Malmö.",
        "naïve\r\nfaçade\r\n",
        "café",
        "Müller’s café is “open” – always\r\nand it’s naïve\r\n",
        "L’été, les élèves étudient à l’école où ils ont été.",
    ],
)
def test_short_windows_1252_is_recognised(text: str) -> None:
    """Words that are wrong must not be shown as verbatim: read them right or refuse the file."""
    assert decode(text.encode("cp1252")) == text


def test_newlines_are_untouched() -> None:
    assert decode(MIXED.encode()) == MIXED
    assert decode(codecs.BOM_UTF16_LE + MIXED.encode("utf-16-le")) == MIXED


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \r\n\t ", "only blanks"),
        ("\u3000\u2028".encode(), "only blanks"),
        (codecs.BOM_UTF8, "only blanks"),
        (b"%PDF-1.7\n%text", "is a PDF, not text"),
        (b"PK\x03\x04rest", "a ZIP archive or an office file"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"SQLite format 3\0", "a database"),
        (b"text\0text", "is binary"),
        (b"a" * 5000 + b"\0" + b"a" * 5000, "is binary"),
        (bytes(range(256)) * 20, "is binary"),
        (b"\x01\x02\x03\x04 text with controls", "is binary"),
        (codecs.BOM_UTF8 + b"caf\xe9", "its mark says utf-8, but byte 3 does not fit"),
        (codecs.BOM_UTF16_LE + b"a\0b", "its mark says utf-16-le"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        decode(content)


def test_a_few_control_characters_are_allowed() -> None:
    """Form feeds, escapes and a stray control character do not make a text binary."""
    text = "page one\fpage two\x1b[0m\x07 " + "and more words " * 10
    assert decode(text.encode()) == text


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 100)
    assert read_bytes(str(tmp_path / "a.txt"), largest=100) == b"x" * 100


def test_a_larger_file_is_refused(tmp_path: Path) -> None:
    """The reason names the limit and the way to raise it; the limit is 20 MB unless another one is given."""
    (tmp_path / "a.txt").write_bytes(b"x" * 101)
    with pytest.raises(ReadError, match=r"is larger than .* MB: .*--max-size"):
        read_bytes(str(tmp_path / "a.txt"), largest=100)
    with (tmp_path / "b.txt").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(ReadError, match="is larger than 20 MB"):
        read_bytes(str(tmp_path / "b.txt"))


def test_a_missing_file_may_come_back(tmp_path: Path) -> None:
    """That a file cannot be opened says nothing about what it holds."""
    with pytest.raises(UnreadableError, match="cannot be opened: No such file"):
        read_bytes(str(tmp_path / "a.txt"))


def test_a_link_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("words")
    (tmp_path / "a.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(UnreadableError):
        read_bytes(str(tmp_path / "a.txt"))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Nobody writes to it, so waiting would last for ever."""
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(ReadError, match="is not a regular file"):
        read_bytes(str(tmp_path / "a.txt"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is not a regular file"):
        read_bytes(str(tmp_path))
