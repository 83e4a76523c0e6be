"""From a file to its text: read the bytes safely, then decode them."""

import codecs
import os
import re
import stat

from index.errors import ReadError, UnreadableError

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes."""
MOST_CONTROLS = 0.02
"""A larger share of control characters, and the file is binary."""

MOST_BEYOND_ASCII = 0.3
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WESTERN = frozenset("ÀÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØÙÚÛÜßàáâäåæçèéêëíîïñòóôöøùúûüÿŒœ‘’“”„‚–—…•€£§°©®™«»¿¡·´\xa0½¼")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)


def read_bytes(path: str, *, largest: int = LARGEST_FILE) -> bytes:
    """Return what a regular file holds. Raises ReadError with the reason if it is no such file, too large or being written."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ReadError("is not a regular file")
    with os.fdopen(handle, "rb") as file:
        before = _stamp(handle)
        try:
            content = file.read(largest + 1)
        except OSError as error:
            raise UnreadableError(f"cannot be read: {error.strerror}") from None
        if _stamp(handle) != before:
            raise UnreadableError("changes while it is read: index again when it is written")
    if len(content) > largest:
        raise ReadError(f"is larger than {largest / 2**20:g} MB: split it, or raise the limit with --max-size")
    return content


def _stamp(handle: int) -> tuple[int, int]:
    state = os.fstat(handle)
    return state.st_size, state.st_mtime_ns


def decode(content: bytes) -> str:
    """Return the text without its byte-order mark, newlines untouched.

    UTF-8, UTF-16 and UTF-32 are tried first, then what charset-normalizer finds likely. Raises ReadError with
    the reason if there is no text in it.
    """
    if not content:
        raise ReadError("is empty")
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            raise ReadError(f"is {kind}, not text")
    text = _decoded(content)
    controls = len(_CONTROL.findall(text, 0, 100_000))
    if "\0" in text or controls > MOST_CONTROLS * min(len(text), 100_000):
        raise ReadError("is binary, not text")
    if not text.strip():
        raise ReadError("holds no text, only blanks")
    return text


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding)
    if 0 in content[:4096]:
        return _strict(content, _unmarked_utf16(content))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(content)


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(f"cannot be decoded: its mark says {encoding}, but byte {error.start} does not fit") from None


def _unmarked_utf16(content: bytes) -> str:
    even, odd = content[:4096:2].count(0), content[1:4096:2].count(0)
    if min(even, odd) > 0 or max(even, odd) < len(content[:4096]) / 8:
        raise ReadError("is binary, not text")
    return "utf-16-be" if even else "utf-16-le"


def is_western(content: bytes) -> bool:
    """Say whether bytes read well as Windows-1252: few of them are beyond ASCII, and those are its usual letters.

    charset-normalizer needs more text than a short note to tell it from its neighbours.
    """
    try:
        beyond = [c for c in content.decode("cp1252") if c > "\x7f"]
    except UnicodeDecodeError:
        return False
    return len(beyond) < MOST_BEYOND_ASCII * len(content) and all(c in _WESTERN for c in beyond)


def _guessed(content: bytes) -> str:
    from charset_normalizer import from_bytes

    if is_western(content):
        return content.decode("cp1252")
    best = from_bytes(content).best()
    if best is None:
        raise ReadError("cannot be decoded: save it as UTF-8")
    return str(best)
