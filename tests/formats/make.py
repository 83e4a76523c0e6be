"""Make a small file of every kind that Ibid reads: `python -m tests.formats.make` writes them into tests/formats/files."""

import io
import json
import sys
import zipfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

Drawn = tuple[float, float, float, str]
"""Points from the left, from below and of the letters' size, and a line."""

SENTENCES = {
    "plain.txt": "The lighthouse of Varn was lit for the first time in 1894.",
    "marked.md": "The ferry to Oland carries ninety passengers and eleven cars.",
    "page.html": "The museum of clocks keeps four hundred pendulums.",
    "page.htm": "The library of Brell lends its telescopes for a week.",
    "page.xhtml": "The glass works of Tarn burned beech wood until 1911.",
    "saved.mhtml": "The observatory on Mount Kell was closed by the snow of 1956.",
    "saved.mht": "The tram of Lund climbs a slope of nine degrees.",
    "report.pdf": "The efficient harbour of Marlow handled 412 ships in its final year.",
    "memo.docx": "The mill at Orrin ground rye for sixteen villages.",
    "talk.pptx": "The salt road crossed the river Ane at three fords.",
    "letter.odt": "The bell of Sund was cast from two cannons.",
    "note.rtf": "The orchard of Pell bears a café and forty pear trees.",
    "novel.epub": "The keeper counted the waves until the seventh storm.",
    "mail.eml": "The council will repair the old pier before the first of May.",
    "news.jsonl#1": "The quarry of Hest sold its last granite in 1987.",
    "news.jsonl#3": "The canal of Ruun froze for eleven weeks.",
    "lines.ndjson#1": "The bakery on Mill Street opens at four in the morning.",
    "archive.zip/inner/deep.txt": "The tunnel under Grey Hill is 812 metres long.",
    "archive.zip/more.jsonl#1": "The viaduct of Sarn has twenty-six arches.",
    "archive.zip/second.zip/inside.md": "The cable car of Vik holds thirty people.",
}
"""A sentence of each article that the files hold, by its id."""


def pdf(pages: Sequence[Sequence[Drawn]], *, info: str = "", extra: str = "") -> bytes:
    """Return a PDF with lines where they are asked for, in Helvetica; `\\x1e` is the ligature fi, `\\x1f` is ffi."""
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[30/fi/ffi]>>>>"
    kids = " ".join(f"{5 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [f"<</Type/Catalog/Pages 2 0 R{extra}>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>", font, f"<<{info}>>"]
    for i, page in enumerate(pages):
        drawn = "".join(f"BT /F1 {size} Tf {x} {y} Td ({_escaped(line)}) Tj ET\n" for x, y, size, line in page)
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {6 + 2 * i} 0 R>>")
        objects.append(f"<</Length {len(drawn.encode('latin-1'))}>>stream\n{drawn}endstream")
    return numbered(objects)


def numbered(objects: Sequence[str]) -> bytes:
    """Return a PDF of these objects: the first is the catalog, the fourth tells what the file says of itself."""
    out = b"%PDF-1.7\n"
    offsets = []
    for number, one in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    tail = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R/Info 4 0 R>>\n"
    return out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode()


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def column(lines: Sequence[str], *, left: float = 60, top: float = 720, size: float = 11) -> list[Drawn]:
    """Return lines one below the other."""
    return [(left, top - 14 * i, size, line) for i, line in enumerate(lines)]


def report() -> bytes:
    """Return a PDF of three pages: running heads, page numbers, a cut word, ligatures, a page break within a sentence, two columns."""
    head = [(60.0, 800.0, 9.0, "Harbour Review | Volume 3"), (290.0, 30.0, 9.0, "{} of 3")]
    bodies = [
        [
            (60.0, 750.0, 20.0, "The harbour of Marlow"),
            (60.0, 735.0, 11.0, "By Ada Quill"),
            *column(
                [
                    "The pier was built of granite that came from the quarry of Hest by ship. Its engi-",
                    "neer had built two others. The e\x1fcient harbour of Marlow handled 412 ships in its \x1enal",
                    "year.",
                ],
                top=700,
            ),
            *column(["Timber was the chief of its goods, and salt the second. The last of the well-known"], top=640),
        ],
        [
            *column(["timber ships left in October. Nobody had told the well-", "known captain that he would not return."]),
        ],
        [
            *column(["The left column is read first, as", "its words continue below until", "they end."], left=60),
            *column(["The right column is read after", "it, and it ends the report."], left=320),
        ],
    ]
    pages = [[*((x, y, size, line.format(i)) for x, y, size, line in head), *body] for i, body in enumerate(bodies, start=1)]
    return pdf(pages, info="/Title(The harbour of Marlow)/CreationDate(D:20240619120000Z)", extra="/Lang(en)")


def docx() -> bytes:
    """Return a Word file with headings, a list and a table."""
    from docx import Document

    document = Document()
    document.core_properties.title, document.core_properties.author = "Mills of the valley", "Bo Day"
    document.add_heading("Mills of the valley", 0)
    document.add_heading("Orrin", 2)
    document.add_paragraph(SENTENCES["memo.docx"] + " Its wheel turned until 1930.")
    document.add_paragraph("A list has an item about the wheel.", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Orrin", "sixteen villages"
    return _saved(document.save)


def pptx() -> bytes:
    """Return a presentation of two slides, the second with notes."""
    from pptx import Presentation

    show = Presentation()
    for title, body in (("Roads", "Roads were few."), ("The salt road", SENTENCES["talk.pptx"])):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, body
    slide.notes_slide.notes_text_frame.text = "The fords were shallow in summer."
    show.core_properties.title, show.core_properties.author = "Roads of salt", "Cy Eld"
    return _saved(show.save)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    """Return what a library saves, packed again without the hour of its making."""
    file = io.BytesIO()
    save(file)
    archive = zipfile.ZipFile(file)
    return zipped({one.filename: archive.read(one) for one in archive.infolist()})


def zipped(members: dict[str, bytes | str]) -> bytes:
    """Return a ZIP archive of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def odt(*, body: str | None = None) -> bytes:
    """Return an OpenDocument text with a heading, a list, a deleted paragraph and a blank of its own kind."""
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table", "meta"))
    first, rest = SENTENCES["letter.odt"].split(" ", 1)
    body = body or (
        "<text:tracked-changes><text:changed-region><text:p>What was deleted is not said.</text:p></text:changed-region></text:tracked-changes>"
        f'<text:h text:outline-level="1">Bells</text:h><text:p>{first}<text:s/>{rest} It <text:span>rings</text:span> at noon.</text:p>'
        "<text:list><text:list-item><text:p>A bell on a list.</text:p></text:list-item></text:list>"
    )
    content = f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    meta = (
        f'<office:document-meta {spaces} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>Bells of Sund</dc:title>'
        "<dc:creator>Di Fos</dc:creator></office:meta></office:document-meta>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "meta.xml": meta})


def epub() -> bytes:
    """Return a book of two chapters, which stand in another order in its archive."""
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The keeper</dc:title>'
        "<dc:creator>Ema Gold</dc:creator><dc:date>2019-03-02</dc:date><dc:publisher>Wave Press</dc:publisher><dc:language>en</dc:language>"
        '</metadata><manifest><item id="b" href="a%20b.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="a" href="c.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>'
        '<spine><itemref idref="nav"/><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    page = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{}</h1><p>{}</p></body></html>'
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OPS/book.opf": package,
            "OPS/a b.xhtml": page.format("Second", "The storm came at last, and the lamp went out."),
            "OPS/c.xhtml": page.format("First", SENTENCES["novel.epub"] + " Nobody believed him."),
            "OPS/nav.xhtml": page.format("Contents", "First, Second"),
        }
    )


def page(sentence: str) -> str:
    """Return a web page that says a sentence."""
    return (
        f'<html lang="en"><head><title>A page</title><meta name="author" content="Gil Hay"></head><body><nav>Home</nav><article><h1>A page</h1>'
        f"<p>{sentence} It was told by many who had seen it with their own eyes.</p>"
        "<p>Another paragraph tells of other things, so that the page has something to say.</p></article></body></html>"
    )


def saved_page(sentence: str) -> bytes:
    """Return a web page saved as one file."""
    return (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/kell\r\nSubject: A page\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n'
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{page(sentence)}\r\n--b\r\nContent-Type: image/png\r\n\r\n\r\n--b--\r\n"
    ).encode()


def mail() -> bytes:
    """Return a mail with a plain and an HTML body and an attachment."""
    message = EmailMessage()
    message["Subject"], message["From"], message["Date"] = (
        "The old pier – repairs",
        "Ivo Jones <ivo@example.org>",
        "Wed, 6 Mar 2024 10:00:00 +0100",
    )
    message.set_content(f"Dear all,\n\n{SENTENCES['mail.eml']}\n\nIvo\n")
    message.add_alternative(f"<p>{SENTENCES['mail.eml']}</p>", subtype="html")
    message.add_attachment(b"An attachment is not the mail.", maintype="text", subtype="plain", filename="a.txt")
    for i, part in enumerate(one for one in message.walk() if one.is_multipart()):
        part.set_boundary(f"part-{i}")
    return bytes(message)


def rtf() -> bytes:
    """Return an RTF file with an accent and a title."""
    said = SENTENCES["note.rtf"].replace("é", r"\'e9")
    return rf"{{\rtf1\ansi{{\info{{\title Orchards}}{{\author Kay Low}}}}{{\fonttbl{{\f0 Times;}}}}\f0 {said}\par Pears ripen late.\par}}".encode()


def files() -> dict[str, bytes]:
    """Return a file of every kind, by name."""
    said = SENTENCES
    first = json.dumps({"title": "The quarry", "text": said["news.jsonl#1"], "author": ["Al Bo", "Cy Di"], "date": "2021-05-06"})
    third = json.dumps({"title": "The canal", "text": said["news.jsonl#3"], "publisher": "Ruun Post", "url": "https://example.org/ruun"})
    second = zipped({"inside.md": said["archive.zip/second.zip/inside.md"]})
    more = json.dumps({"title": "The viaduct", "text": said["archive.zip/more.jsonl#1"]})
    return {
        "plain.txt": f"{said['plain.txt']}\n".encode(),
        "marked.md": f"# Ferries\n\n{said['marked.md']}\n".encode(),
        **{name: page(said[name]).encode() for name in ("page.html", "page.htm", "page.xhtml")},
        **{name: saved_page(said[name]) for name in ("saved.mhtml", "saved.mht")},
        "report.pdf": report(),
        "memo.docx": docx(),
        "talk.pptx": pptx(),
        "letter.odt": odt(),
        "note.rtf": rtf(),
        "novel.epub": epub(),
        "mail.eml": mail(),
        "news.jsonl": f"{first}\n\n{third}\n".encode(),
        "lines.ndjson": json.dumps({"title": "The bakery", "text": said["lines.ndjson#1"]}).encode(),
        "archive.zip": zipped({"inner/deep.txt": said["archive.zip/inner/deep.txt"], "more.jsonl": more, "second.zip": second}),
    }


def main(folder: Path) -> None:
    """Write the files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "files")
