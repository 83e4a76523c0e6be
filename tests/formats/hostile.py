"""Files that are damaged or made to do harm: mutations of good ones, and bombs. Nothing of it is kept on disk."""

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePath

from tests.formats.make import docx, epub, files, numbered, odt, page, pptx, report, zipped

MB = 2**20
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format("".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)))
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return content that was cut, had bytes flipped, removed, repeated or put in."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        here, length = chance.randrange(len(data) or 1), chance.randint(1, 200)
        kind = chance.randrange(6)
        if kind == 0:
            del data[here:]
        elif kind == 1:
            del data[here : here + length]
        elif kind == 2:
            data[here:here] = chance.randbytes(length)
        elif kind == 3:
            data[here:here] = data[max(0, here - length) : here] * chance.randint(1, 50)
        elif kind == 4:
            data[here : here + 4] = chance.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"-1 0", b"9999"))
        else:
            for _ in range(chance.randint(1, 30)):
                if data:
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def malformed(n: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of `n` damaged files, of every kind in turn; half of the archives are packed again around a damaged part."""
    chance = random.Random(seed)
    good = sorted(files().items())
    for i in range(n):
        name, content = good[i % len(good)]
        is_packed = content.startswith(b"PK") and chance.random() < 0.5
        yield f"{PurePath(name).stem}-{i}{PurePath(name).suffix}", _repacked(content, chance) if is_packed else mutated(content, chance)


def _repacked(content: bytes, chance: random.Random) -> bytes:
    archive = zipfile.ZipFile(io.BytesIO(content))
    members = {one.filename: archive.read(one) for one in archive.infolist()}
    victim = chance.choice(sorted(members))
    return zipped({**members, victim: mutated(members[victim], chance)})


def _with(content: bytes, **changes: bytes | str) -> bytes:
    """Return an archive with other contents for the member whose name ends so (`__` stands for a dot)."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    members: dict[str, bytes | str] = {one.filename: archive.read(one) for one in archive.infolist()}
    for ending, new in changes.items():
        members[next(name for name in members if name.endswith(ending.replace("__", ".")))] = new
    return zipped(members)


def _word(body: str, *, before: str = "") -> bytes:
    return _with(docx(), document__xml=f"<?xml version='1.0'?>{before}<w:document {W}><w:body>{body}</w:body></w:document>")


def _pdf_with(stream: bytes, filters: str, *, box: str = "[0 0 595 842]", page: str = "") -> bytes:
    """Return a PDF of one page with this stream as its content."""
    body = stream.decode("latin-1")
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[5 0 R]/Count 1>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<<>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Resources<</Font<</F1 3 0 R>>>>/Contents 6 0 R{page}>>",
        f"<</Length {len(stream)}/Filter{filters}>>stream\n{body}\nendstream",
    ]
    return numbered(objects)


def _zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(MB)) for _ in range(megabytes)), packer.flush()])


def _raw_zip(name: str, packed: bytes, *, size: int, method: int = 8, flags: int = 0, times: int = 1) -> bytes:
    """Return an archive by hand, whose directory says what it likes; `times` entries share one content."""
    crc = zlib.crc32(b"")
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, flags, method, 0, 0, crc, len(packed), size, len(name), 0) + name.encode()
    entries = b""
    for i in range(times):
        own = f"{i}{name}" if times > 1 else name
        entry = (0x02014B50, 20, 20, flags, method, 0, 0, crc, len(packed), size, len(own), 0, 0, 0, 0, 0, 0)
        entries += struct.pack("<IHHHHHHIIIHHHHHII", *entry) + own.encode()
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, times, times, len(entries), len(local) + len(packed), 0)
    return local + packed + entries + end


def _deflated(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join([*(packer.compress(bytes(MB)) for _ in range(megabytes)), packer.flush()])


def _nested(levels: int) -> bytes:
    inner = zipped({"a.txt": "The innermost words."})
    for _ in range(levels):
        inner = zipped({"a.zip": inner})
    return inner


def _epub_with_spine(times: int) -> bytes:
    chance = random.Random(times)
    chapter = page(" ".join(str(chance.random()) for _ in range(20_000)))
    package = epub()
    opf = zipfile.ZipFile(io.BytesIO(package)).read("OPS/book.opf").decode()
    return _with(package, book__opf=opf.replace('<itemref idref="a"/>', '<itemref idref="a"/>' * times), c__xhtml=chapter)


def _parts_within_parts(depth: int) -> bytes:
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(depth))
    return f"Subject: deep\n{heads}Content-Type: text/plain\n\nWords at the bottom.\n".encode()


BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros.zip": lambda: _raw_zip("a.txt", _deflated(1000), size=1000 * MB),
    "nested.zip": lambda: _nested(12),
    "crowd.zip": lambda: zipped({f"{i}.txt": "x" for i in range(20_000)}),
    "shared.zip": lambda: _raw_zip("a.txt", _deflated(10), size=10 * MB, times=5000),
    "liar.zip": lambda: _raw_zip("a.txt", _deflated(500), size=10),
    "out.zip": lambda: zipped({"../../out.txt": "Words that lead out.", "/root.txt": "Words.", "C:\\win.txt": "Words."}),
    "locked.zip": lambda: _raw_zip("a.txt", b"x" * 40, size=28, flags=1),
    "lzma.zip": lambda: _raw_zip("a.txt", b"\x09\x14\x05\x00\x5d\xff\xff\xff\xff" + b"x" * 60, size=9 * MB, method=14),
    "flate.pdf": lambda: _pdf_with(_zeros(1000), "/FlateDecode"),
    "twice.pdf": lambda: _pdf_with(zlib.compress(_zeros(2000), 9), "[/FlateDecode/FlateDecode]"),
    "loop.pdf": lambda: report().replace(b"/Kids[5 0 R", b"/Kids[2 0 R"),
    "arrays.pdf": lambda: _pdf_with(b"[" * 2_000_000, "[]"),
    "huge.pdf": lambda: _pdf_with(b"BT /F1 1e38 Tf 1e38 0 0 1e38 0 0 Tm (wide) Tj ET", "[]", box="[0 0 1e300 -1e300]"),
    "endless.pdf": lambda: _pdf_with(zlib.compress(b"BT /F1 9 Tf 1 1 Td (a) Tj ET\n" * 2_000_000, 9), "/FlateDecode"),
    "predictor.pdf": lambda: _pdf_with(_zeros(60), "/FlateDecode/DecodeParms<</Predictor 15/Columns 999999999>>"),
    "laughs.docx": lambda: _word("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", before=LAUGHS.replace("<!DOCTYPE x", "<!DOCTYPE w:document")),
    "zeros.docx": lambda: _word("<w:p><w:r><w:t>" + " " * (190 * MB) + "</w:t></w:r></w:p>"),
    "deep.docx": lambda: _word("<w:sdt><w:sdtContent>" * 50_000 + "</w:sdtContent></w:sdt>" * 50_000),
    "wide.docx": lambda: _word('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'),
    "secret.docx": lambda: _word("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", before='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "laughs.odt": lambda: _with(odt(), content__xml=f"{LAUGHS}<x><p>&a9;</p></x>"),
    "spine.epub": lambda: _epub_with_spine(10_000),
    "deep.html": lambda: b"<div>" * 1_000_000 + b"words",
    "tags.html": lambda: b"<p><b><i>word</b> " * 900_000,
    "parts.eml": lambda: _parts_within_parts(5_000),
    "head.eml": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 40_000 + b"\nFrom: " + b"a@b, " * 30_000 + b"\n\nWords.",
    "braces.rtf": lambda: b"{\\rtf1 " + b"{" * 3_000_000 + b" words",
    "groups.pptx": lambda: _with(pptx(), slide2__xml=_groups(3_000)),
    "deep.jsonl": lambda: b"[" * 1_000_000 + b"\n" + b'{"text": ' + b"9" * 1_000_000 + b"}\n" + json.dumps({"text": "Words."}).encode(),
    "line.txt": lambda: b"word " * (20 * MB),
    "long.txt": lambda: b"One word follows the other and nothing ends " * 100_000,
    "letters.txt": lambda: b"x" * (4 * MB),
    "marks.md": lambda: b"[" * 100_000 + b"*a_ " * 100_000,
    "quotes.md": lambda: b">" * 100_000 + b" words",
}
"""Makers of files that would harm a reader that trusts them, by name."""


def _groups(depth: int) -> str:
    slide = zipfile.ZipFile(io.BytesIO(pptx())).read("ppt/slides/slide2.xml").decode()
    opened = "<p:grpSp><p:nvGrpSpPr><p:cNvPr id='9' name='g'/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>"
    return slide.replace("</p:spTree>", opened * depth + "</p:grpSp>" * depth + "</p:spTree>")
