"""What is read of a file that is more than its text, and how it passes from one process to another."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from index.errors import ReadError
from index.passage import Place
from index.read.metadata import Metadata

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Controls, halves of characters and what no text may hold."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of an article, what its file says of it, and its pages or slides."""

    text: str
    known: Metadata
    places: tuple[Place, ...] = ()


def joined(paragraphs: list[str]) -> str:
    """Return paragraphs as a text, a blank line between them. Raises ReadError if there are no words in it."""
    text = "\n\n".join(one for one in map(fit, paragraphs) if one)
    if not text:
        raise ReadError("holds no text")
    return text


def fit(text: str) -> str:
    """Return text without the characters that no text should hold, and without blanks at its ends."""
    return _UNFIT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def to_json(one: Extract) -> dict[str, Any]:
    """Return an extract as an object of JSON."""
    day = one.known.published
    return asdict(one) | {"known": asdict(one.known) | {"published": day.isoformat() if day else None}}


def from_json(line: bytes) -> Extract:
    """Return what a line of JSON holds. Raises ReadError if it is a reason why there is nothing."""
    fields = json.loads(line)
    if "error" in fields:
        raise ReadError(fields["error"])
    known = fields["known"]
    day = date.fromisoformat(known["published"]) if known["published"] else None
    places = tuple((int(start), str(name)) for start, name in fields["places"])
    return Extract(fields["text"], Metadata(**known | {"published": day}), places)
