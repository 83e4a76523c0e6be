"""What the server did, as a line of JSON for each request and each answer: never a word of an article."""

import json
import sys
import threading
from datetime import UTC, datetime
from typing import Any, TextIO

from qa.answer import Answer


class Log:
    """Writes lines of JSON. Safe to use from several threads."""

    def __init__(self, *, with_questions: bool = False, stream: TextIO | None = None) -> None:
        """Write to a stream, stderr unless another is named; questions stay out unless they are asked for."""
        self._with_questions = with_questions
        self._stream = stream or sys.stderr
        self._lock = threading.Lock()

    def requested(self, *, method: str, path: str, status: int, seconds: float, user: str, address: str) -> None:
        """Note a request; `seconds` is the time to the end of its response."""
        self._write("request", {"method": method, "path": path, "status": status, "seconds": round(seconds, 4)}, user, address)

    def answered(self, answer: Answer, *, user: str, address: str) -> None:
        """Note what came of a question: how it was answered, and from how many quotes."""
        fields: dict[str, Any] = {
            "verdict": answer.verdict,
            "confidence": round(answer.confidence, 3),
            "quotes": len(answer.citations),
            "seconds": round(answer.seconds.total, 4),
        }
        self._write("answer", fields | ({"question": answer.question} if self._with_questions else {}), user, address)

    def _write(self, event: str, fields: dict[str, Any], user: str, address: str) -> None:
        who = {"address": address} | ({"user": user} if user else {})
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields, **who})
        with self._lock:
            self._stream.write(f"{line}\n")
            self._stream.flush()
