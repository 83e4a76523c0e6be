"""The process that reads what others made: one file after the other, within limits, for the process that started it.

It takes a line of JSON, `{"suffix", "size", "seconds"}`, and that many bytes; it gives one line back, an extract or `{"error"}`.
"""

import contextlib
import json
import os
import resource
import struct
import sys
import time
import zlib
from collections.abc import Callable

from index.errors import ReadError
from index.read.decode import decode
from index.read.epub import read_epub
from index.read.extract import Extract, to_json
from index.read.html import read_html
from index.read.mail import read_mail, read_saved_page
from index.read.odt import read_odt
from index.read.office import read_docx, read_pptx, read_rtf
from index.read.pdf import read_pdf

DAMAGE = (
    *(ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError, OSError, RuntimeError),
    *(StopIteration, SyntaxError, TypeError, ValueError, struct.error, zlib.error),
)
"""What foreign readers raise over a damaged file, besides the errors of their own, which their owners tell."""
LONGEST_TEXT = 50 * 2**20
"""Characters."""


def _html(content: bytes) -> Extract:
    return Extract(*read_html(decode(content)))


READERS: dict[str, Callable[[bytes], Extract]] = {
    **dict.fromkeys((".html", ".htm", ".xhtml"), _html),
    **dict.fromkeys((".mhtml", ".mht"), read_saved_page),
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".pptx": read_pptx,
    ".rtf": read_rtf,
    ".odt": read_odt,
    ".epub": read_epub,
    ".eml": read_mail,
}


def answer(suffix: str, content: bytes) -> dict[str, object]:
    """Return what a file holds as an object of JSON, or why it cannot be read."""
    try:
        if not content:
            raise ReadError("is empty")
        extract = READERS[suffix](content)
        if len(extract.text) > LONGEST_TEXT:
            raise ReadError(f"holds more than {LONGEST_TEXT // 2**20} million characters of text: split it")
        return to_json(extract)
    except ReadError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "needs more memory than a file may take", "is_spent": True}
    except DAMAGE as error:
        return {"error": f"is damaged, or no {suffix[1:]} file: {type(error).__name__} {str(error)[:200]}".strip()}


def main() -> None:
    """Read files until there are no more, each in so many seconds of processor time. Argument: bytes of memory in all."""
    memory = int(sys.argv[1])
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        content = sys.stdin.buffer.read(asked["size"])
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + asked["seconds"] + 1, hard))
        replies.write(json.dumps(answer(asked["suffix"], content)).encode() + b"\n")
        replies.flush()


if __name__ == "__main__":
    main()
