"""From a mail, or a web page saved as one file, to text."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from index.errors import ReadError
from index.read.blocks import paragraphs
from index.read.decode import decode
from index.read.extract import Extract, joined
from index.read.html import read_html
from index.read.metadata import Metadata, parse_text


def read_mail(content: bytes) -> Extract:
    """Return the words of a mail as plain text: its plain body, or else its HTML. Raises ReadError if there is neither."""
    message = _message(content)
    plain, page = (_body(message, kind) for kind in ("text/plain", "text/html"))
    if plain.strip():
        lines = re.split(r"\n[^\S\n]*\n+", plain.replace("\r\n", "\n"))
    else:
        lines = [re.sub(r"^#+ ", "", line) for line in paragraphs(page)] if page.strip() else []
    sender = message.get("from")
    names = [one.display_name or one.addr_spec for one in sender.addresses] if sender is not None else []
    sent = str(message.get("date", ""))
    return Extract(
        joined(lines),
        Metadata(
            title=parse_text(str(message.get("subject", ""))),
            author=parse_text(names),
            published=parsedate_to_datetime(sent).date() if sent else None,
        ),
    )


def read_saved_page(content: bytes) -> Extract:
    """Return the main text of a web page that was saved with all its parts (MHTML). Raises ReadError if it holds no page."""
    message = _message(content)
    page = _body(message, "text/html")
    if not page:
        raise ReadError("holds no web page")
    text, known = read_html(page)
    return Extract(text, known.or_else(Metadata(url=parse_text(str(message.get("snapshot-content-location", ""))))))


def _message(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise ReadError("is no mail: it has no header")
    return message


def _body(message: EmailMessage, kind: str) -> str:
    """Return the first part of a kind that is no attachment, or nothing."""
    for part in message.walk():
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            return _decoded(payload, part.get_content_charset()) if isinstance(payload, bytes) and payload.strip() else ""
    return ""


def _decoded(payload: bytes, charset: str | None) -> str:
    try:
        return payload.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode(payload)
