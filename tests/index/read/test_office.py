"""From office files and books to Markdown."""

import io
import sys
import zipfile
from collections.abc import Callable

import pytest

from index.errors import ReadError
from index.read.archive import open_archive
from index.read.epub import read_epub
from index.read.odt import read_odt
from index.read.office import read_docx, read_pptx, read_rtf
from tests.formats.make import docx, epub, odt, pptx, rtf, zipped

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(body: str) -> bytes:
    """Return a Word file with this body."""
    return changed(docx(), "word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")


def changed(content: bytes, name: str, text: str | None) -> bytes:
    """Return an archive with another member, or without it."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    members: dict[str, bytes | str] = {one.filename: archive.read(one) for one in archive.infolist() if one.filename != name}
    return zipped(members | ({name: text} if text is not None else {}))


def test_a_word_file_keeps_headings_lists_and_rows() -> None:
    extract = read_docx(docx())
    assert extract.text == (
        "# Mills of the valley\n\n## Orrin\n\nThe mill at Orrin ground rye for sixteen villages. Its wheel turned until 1930.\n\n"
        "- A list has an item about the wheel.\n\nOrrin | sixteen villages"
    )
    assert (extract.known.title, extract.known.author) == ("Mills of the valley", "Bo Day")


def test_what_was_inserted_is_read_and_what_was_deleted_is_not() -> None:
    run = "<w:r><w:{0}>{1}</w:{0}></w:r>"
    body = (
        f"<w:p>{run.format('t', 'One')}<w:ins>{run.format('t', ' two')}</w:ins><w:del>{run.format('delText', ' three')}</w:del></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run.format('t', 'In a field.')}</w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:moveFrom>{run.format('t', 'Gone.')}</w:moveFrom><w:moveTo>{run.format('t', 'Moved.')}</w:moveTo></w:p>"
    )
    assert read_docx(word(body)).text == "One two\n\nIn a field.\n\nMoved."


def test_a_cell_that_spans_columns_is_told_once() -> None:
    cell = "<w:tc>{}<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    cells = cell.format('<w:tcPr><w:gridSpan w:val="3"/></w:tcPr>', "Wide") + cell.format("", "x")
    assert read_docx(word(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>")).text == "Wide | x"


def test_slides_are_places_and_notes_follow_them() -> None:
    extract = read_pptx(pptx())
    assert extract.text.endswith(
        "## The salt road\n\nThe salt road crossed the river Ane at three fords.\n\nThe fords were shallow in summer."
    )
    assert [(name, extract.text[start:].split("\n")[0]) for start, name in extract.places] == [
        ("slide 1", "## Roads"),
        ("slide 2", "## The salt road"),
    ]


def test_an_rtf_file_is_read_with_its_accents() -> None:
    extract = read_rtf(rtf())
    assert extract.text == "The orchard of Pell bears a café and forty pear trees.\n\nPears ripen late."
    assert (extract.known.title, extract.known.author) == ("Orchards", "Kay Low")


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (rb"K\'e1lm\'e1ndy, mapmaker", "Kálmándy, mapmaker"),
        (rb"\u48520?\u51008? in Seoul", "불은 in Seoul"),
        (rb"A \{brace\}", "A {brace}"),
        (rb"", "note"),
    ],
)
def test_the_title_of_an_rtf_file_is_read_with_its_accents(said: bytes, title: str) -> None:
    content = rtf().replace(rb"\title Orchards", rb"\title " + said)
    assert (read_rtf(content).known.title or "note") == title


@pytest.mark.parametrize("reader", [read_docx, read_pptx, read_odt, open_archive])
def test_an_encrypted_file_is_named(reader: Callable[[bytes], object]) -> None:
    """Office wraps it into a file of the older kind."""
    with pytest.raises(ReadError, match="is encrypted, or of an Office before 2007: save it anew, without its password"):
        reader(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000))


def test_the_author_of_an_opendocument_text_is_who_began_it() -> None:
    """Not who saved it last, unless nobody else is named."""
    meta = zipfile.ZipFile(io.BytesIO(odt())).read("meta.xml").decode()
    first = meta.replace("<dc:creator>", "<meta:initial-creator>Ann Lee</meta:initial-creator><dc:creator>")
    assert read_odt(changed(odt(), "meta.xml", first)).known.author == "Ann Lee"


@pytest.mark.parametrize("missing", ["docx", "pptx", "striprtf.striprtf"])
def test_a_missing_package_is_named_with_what_brings_it(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = {"docx": (read_docx, docx()), "pptx": (read_pptx, pptx())}
    reader, content = readers.get(missing, (read_rtf, rtf()))
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ReadError, match=r"pip install 'ibid-qa\[office\]'"):
        reader(content)


def test_an_opendocument_text_is_read_without_what_was_deleted() -> None:
    extract = read_odt(odt())
    assert extract.text == "# Bells\n\nThe bell of Sund was cast from two cannons. It rings at noon.\n\n- A bell on a list."
    assert (extract.known.title, extract.known.author) == ("Bells of Sund", "Di Fos")


def test_a_table_of_an_opendocument_text_has_a_line_for_each_row() -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    body = f"<table:table><table:table-row>{cell.format('Salt')}{cell.format('12')}</table:table-row></table:table><text:p>After.</text:p>"
    assert read_odt(odt(body=body)).text == "Salt | 12\n\nAfter."


def test_a_book_is_read_in_the_order_of_its_reading() -> None:
    """The table of contents is no chapter; a path with a blank is found."""
    extract = read_epub(epub())
    assert [line for line in extract.text.split("\n\n") if line.startswith("#")] == ["# First", "# Second"]
    known = extract.known
    assert (known.title, known.author, str(known.published), known.publisher, known.language) == (
        "The keeper", "Ema Gold", "2019-03-02", "Wave Press", "en",
    )  # fmt: skip


def test_a_locked_book_is_named() -> None:
    locked = changed(changed(epub(), "META-INF/encryption.xml", "<x/>"), "META-INF/rights.xml", "<x/>")
    with pytest.raises(ReadError, match=r"\(DRM\)"):
        read_epub(locked)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (changed(epub(), "META-INF/container.xml", "<container/>"), "does not say where its contents are"),
        (changed(epub(), "META-INF/container.xml", None), "lacks META-INF/container.xml"),
        (changed(epub(), "OPS/c.xhtml", None), "lacks OPS/c.xhtml"),
        (changed(epub(), "OPS/book.opf", "<package/>"), "holds no text"),
        (changed(epub(), "OPS/book.opf", "<package"), "is damaged"),
    ],
)
def test_what_is_wrong_with_a_book_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read_epub(content)


@pytest.mark.parametrize("reader", [read_docx, read_pptx])
def test_an_archive_of_another_kind_is_no_office_file(reader: object) -> None:
    assert callable(reader)
    with pytest.raises(ReadError, match=r"is no .* file, or a damaged one"):
        reader(zipped({"a.txt": "Words."}))


def test_entities_are_not_followed() -> None:
    text = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    spaces = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    content = changed(odt(), "content.xml", f"{text}<x {spaces}><text:p>Before &secret; after.</text:p></x>")
    assert read_odt(content).text.split() == ["Before", "&secret;", "after."]


def test_damage_is_named() -> None:
    with pytest.raises(ReadError, match="is damaged: File is not a zip file"):
        open_archive(b"PK\x03\x04")
