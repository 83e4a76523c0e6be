"""Answer many questions: JSON lines in, JSON lines out."""

import json
import sys
from pathlib import Path
from typing import Any

from index.passage import Filters
from qa.assistant import Assistant
from qa.questions import parse_history, read_lines
from qa.render import answer_json, dump


def answer_batch(assistant: Assistant, batch: Path, *, filters: Filters, k: int | None) -> int:
    """Print one JSON line for each line of the file and return the exit status: 1 if a line was no question."""
    status = 0
    for number, line in enumerate(read_lines(batch), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            question, history = _question(fields)
        except (ValueError, RecursionError) as error:
            print(f"ibid: line {number} of '{batch}' is not a question: {error}", file=sys.stderr)
            status = 1
            continue
        answer = assistant.ask(question, history=history, filters=filters, k=k)
        print(dump({"id": fields.get("id"), **answer_json(answer)}), flush=True)
    return status


def _question(fields: Any) -> tuple[str, tuple[str, ...]]:
    if not isinstance(fields, dict) or not isinstance(fields.get("question"), str):
        raise ValueError('it needs a JSON object with a "question"')
    return fields["question"], parse_history(fields)
