"""From a PDF to its text, its pages and what it says of itself."""

from io import BytesIO

import pytest

from index.errors import ReadError
from index.read.pdf import read_pdf
from tests.formats.make import column, numbered, pdf, report

PAGE = [column(["The harbour of Marlow was built in 1871, and nobody knows why."])]


def test_a_report_is_read_as_a_person_reads_it() -> None:
    """Running heads, page numbers, cut words, ligatures, a sentence over two pages, two columns."""
    extract = read_pdf(report())
    assert "Harbour Review" not in extract.text
    assert "of 3" not in extract.text
    assert "Its engineer had built two others. The efficient harbour of Marlow handled 412 ships in its final year." in extract.text
    assert "The last of the well-known timber ships left in October." in extract.text
    assert extract.text.endswith("they end.\n\nThe right column is read after it, and it ends the report.")


def test_pages_begin_where_their_words_do() -> None:
    extract = read_pdf(report())
    assert [name for _, name in extract.places] == ["p. 1", "p. 2", "p. 3"]
    assert [extract.text[start:].split()[0] for start, _ in extract.places] == ["The", "timber", "The"]


def test_the_same_file_gives_the_same_text() -> None:
    assert read_pdf(report()) == read_pdf(report())


def test_a_pdf_says_its_title_author_and_language() -> None:
    """The day on which the file was made is not the day of publication."""
    known = read_pdf(pdf(PAGE, info="/Title(Old piers)/Author(Ann Lee)/CreationDate(D:20210304)", extra="/Lang(de)")).known
    assert (known.title, known.author, known.published, known.language) == ("Old piers", "Ann Lee", None, "de")


@pytest.mark.parametrize("title", ["Microsoft Word - draft3.doc", "untitled", "paper_final.tex", ""])
def test_what_a_program_wrote_is_no_title(title: str) -> None:
    assert read_pdf(pdf(PAGE, info=f"/Title({title})")).known.title is None


def test_a_pdf_that_says_nothing_is_read() -> None:
    assert read_pdf(pdf(PAGE)).text == PAGE[0][0][3]


def test_a_scan_is_named() -> None:
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[5 0 R]/Count 1>>",
        "<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>stream\nx\nendstream",
        "<<>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 3 0 R>>>>/Contents 6 0 R>>",
        "<</Length 5>>stream\n/I Do\nendstream",
    ]
    with pytest.raises(ReadError, match=r"\(a scan\): run text recognition"):
        read_pdf(numbered(objects))


def test_a_page_without_anything_is_named() -> None:
    with pytest.raises(ReadError, match="holds no text"):
        read_pdf(pdf([[]]))


def test_a_locked_pdf_is_named_and_one_with_an_empty_password_is_read() -> None:
    from pypdf import PdfReader, PdfWriter

    for password, is_readable in (("secret", False), ("", True)):
        writer = PdfWriter(clone_from=PdfReader(BytesIO(report())))
        writer.encrypt(password, owner_password="owner", algorithm="AES-256")
        file = BytesIO()
        writer.write(file)
        if is_readable:
            assert "412 ships" in read_pdf(file.getvalue()).text
        else:
            with pytest.raises(ReadError, match="is encrypted: save it without its password"):
                read_pdf(file.getvalue())


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"not at all", b"%PDF-1.7\nxref\n0 9\ntrailer<<>>\n%%EOF"])
def test_what_is_no_pdf_is_named(content: bytes) -> None:
    with pytest.raises(ReadError, match=r"is damaged|holds no text"):
        read_pdf(content)
