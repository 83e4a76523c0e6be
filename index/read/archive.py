"""ZIP archives, and the formats that are such: looked at before anything in them is unpacked."""

import stat
import unicodedata
import zipfile
import zlib
from io import BytesIO

from index.errors import ReadError

MOST_MEMBERS = 10_000
MOST_BYTES = 200 * 2**20
"""Unpacked, all together."""
MOST_RATIO = 200
"""Unpacked bytes for one packed; only looked at where they are many."""
FEW_BYTES = 2**20
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""Begins an old Office file, and the wrapping of an encrypted one."""
_UTF8 = 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, RuntimeError, IndexError, OverflowError)


def open_archive(content: bytes) -> zipfile.ZipFile:
    """Return an archive that may be unpacked. Raises ReadError if it is none, is damaged, or would be too much."""
    if content.startswith(_OLE):
        raise ReadError("is encrypted, or of an Office before 2007: save it anew, without its password")
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except _DAMAGE as error:
        raise ReadError(f"is damaged: {_reason(error)}") from None
    members = archive.infolist()
    total = sum(one.file_size for one in members)
    if len(members) > MOST_MEMBERS:
        raise ReadError(f"holds {len(members)} files, at most {MOST_MEMBERS} are unpacked: split it")
    if total > MOST_BYTES:
        raise ReadError(f"would unpack to {total / 2**20:.0f} MB, at most {MOST_BYTES / 2**20:.0f} MB are unpacked: split it")
    if total > max(FEW_BYTES, MOST_RATIO * len(content)):
        raise ReadError(f"would unpack to {total / len(content):.0f} times its size, as no honest archive does")
    return archive


def read_member(archive: zipfile.ZipFile, name: str | zipfile.ZipInfo, *, largest: int = MOST_BYTES) -> bytes:
    """Return what a file in an archive holds. Raises ReadError if it is not there, too large, locked or damaged."""
    try:
        one = archive.getinfo(name) if isinstance(name, str) else name
    except KeyError:
        raise ReadError(f"is damaged: it lacks {name}") from None
    if one.flag_bits & 1:
        raise ReadError("is encrypted: unpack it with its password")
    if one.compress_type not in _METHODS:
        raise ReadError(f"is packed in a way that is not read (method {one.compress_type}): pack it anew as an ordinary ZIP archive")
    if one.file_size > largest:
        raise ReadError(f"is larger than {largest / 2**20:g} MB: split it, or raise the limit with --max-size")
    if one.file_size > max(FEW_BYTES, MOST_RATIO * one.compress_size):
        raise ReadError(f"would unpack to {one.file_size / max(one.compress_size, 1):.0f} times its size, as no honest archive does")
    try:
        with archive.open(one) as file:
            return file.read(one.file_size + 1)
    except _DAMAGE as error:
        raise ReadError(f"is damaged: {_reason(error)}") from None


def name_of(one: zipfile.ZipInfo) -> str:
    """Return a member's path; names that are in UTF-8 without saying so, as `zip` on Linux writes them, are read as such."""
    try:
        said = one.filename if one.flag_bits & _UTF8 else one.filename.encode("cp437").decode()
    except UnicodeError:
        said = one.filename
    return unicodedata.normalize("NFC", said)


def is_plain_file(one: zipfile.ZipInfo) -> bool:
    """Say whether a member is a file: no folder, no link, no device."""
    mode = one.external_attr >> 16
    return not one.is_dir() and (stat.S_ISREG(mode) or not stat.S_IFMT(mode))


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
