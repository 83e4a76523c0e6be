"""A conversation as a file: Markdown with footnotes, HTML that stands alone, JSON."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Literal, get_args

from qa.chat.markup import answer_message, panel, plain
from qa.chat.speech import language
from qa.reference import described, escaped
from qa.turn import Turn, turn_json

Kind = Literal["markdown", "html", "json"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_ENDINGS: dict[Kind, tuple[str, str]] = {
    "markdown": ("md", "text/markdown"),
    "html": ("html", "text/html"),
    "json": ("json", "application/json"),
}


def export(title: str, turns: Sequence[Turn], kind: Kind) -> dict[str, str]:
    """Return a conversation as a file: its name, its media type and its text."""
    ending, media = _ENDINGS[kind]
    text = {"markdown": _markdown, "html": _html, "json": _json}[kind](title, turns)
    return {"name": f"{_file_name(title)}.{ending}", "type": f"{media};charset=utf-8", "text": text.encode(errors="replace").decode()}


def _markdown(title: str, turns: Sequence[Turn]) -> str:
    return "\n".join([f"# {escaped(title)}\n", *_markdown_lines(turns)])


def _markdown_lines(turns: Sequence[Turn]) -> Iterator[str]:
    notes: list[str] = []
    for turn in turns:
        yield f"## {escaped(turn.question)}\n"
        if not turn.is_answered:
            yield "*Not in these articles.*" + (" What came nearest:" if turn.sources else "") + "\n"
        for one in turn.sources:
            notes.append(f"[^{len(notes) + 1}]: {escaped(described(one))}, SHA-256 of the text {one.sha256}.")
            yield f"> {escaped(one.quote)}[^{len(notes)}]\n"
        if turn.is_answered:
            yield f"{min(turn.confidence, 0.99):.0%} likely that the first quote answers.\n"
    yield from notes
    yield ""


def _html(title: str, turns: Sequence[Turn]) -> str:
    said = "".join(
        f'<section class="ibid-exchange"><h2>{plain(turn.question)}</h2>{answer_message(turn, i)}</section>'
        for i, turn in enumerate(turns, start=1)
    )
    style = files("qa.chat").joinpath("style.css").read_text()
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    evidence = re.sub(r'<div class="ibid-actions">.*?</div>', "", panel(turns)).replace('class="ibid-group">', 'class="ibid-group" open>')
    return (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{plain(title)}</title><style>{style}'
        "body { font-family: system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: var(--ibid-ink); }</style>"
        f"</head><body><h1>{plain(title)}</h1>{said}{evidence}</body></html>\n"
    )


def _json(title: str, turns: Sequence[Turn]) -> str:
    return json.dumps({"title": title, "turns": [turn_json(turn) for turn in turns]}, indent=1) + "\n"


def _file_name(title: str) -> str:
    """Return a title as a name that every file system takes."""
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:60] or "conversation"
