"""Reading files that may be hostile: in a process of its own, which is stopped when it takes too much."""

import atexit
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import ReadError
from index.read.extract import Extract, from_json

MOST_FILES = 500
"""Files that one process reads before a new one takes its place, whatever its libraries have kept."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take."""

    memory: int = 1_000_000_000
    """Bytes of address space."""
    processor: int = 60
    """Seconds of processor time, for a small file."""
    wall: float = 120.0
    """Seconds, for a small file."""
    more: int = 20
    """Seconds of processor time more for each megabyte of a file, and twice as many of the clock."""

    def for_size(self, size: int) -> "Limits":
        """Return the limits for a file of so many bytes."""
        more = size * self.more // 2**20
        return replace(self, processor=self.processor + more, wall=self.wall + 2 * more)


class Sandbox:
    """A process that reads files, started when it is first needed; the next file after a mishap gets a new one."""

    def __init__(self, limits: Limits = Limits()) -> None:
        """Name the limits; nothing is started yet."""
        self._limits = limits
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def extract(self, suffix: str, content: bytes) -> Extract:
        """Return what a file of a kind holds. Raises ReadError with the reason if it cannot be read, or not within the limits."""
        with self._lock:
            if self._files >= MOST_FILES:
                self._stop()
            process = self._process or self._start()
            self._files += 1
            reply = self._ask(process, suffix, content)
            if b'"is_spent"' in reply[-64:]:
                self._stop()
        return from_json(reply)

    def close(self) -> None:
        """End the process; it is started again when it is needed."""
        with self._lock:
            self._stop()

    def _start(self) -> subprocess.Popen[bytes]:
        """Start Python anew, so that it shares nothing with this process; it looks for modules where Ibid is, not where it stands."""
        root = str(Path(__file__).parents[2])
        paths = os.pathsep.join([root, *(one for one in sys.path if one and one != root)])
        environment = os.environ | {"PYTHONPATH": paths, "PYTHONHASHSEED": "0"}
        command = [sys.executable, "-P", "-m", "index.read.worker", str(self._limits.memory)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
        )
        self._files = 0
        return self._process

    def _ask(self, process: subprocess.Popen[bytes], suffix: str, content: bytes) -> bytes:
        assert process.stdin and process.stdout  # noqa: S101 - for mypy: they are pipes
        limits = self._limits.for_size(len(content))
        try:
            asked = {"suffix": suffix, "size": len(content), "seconds": limits.processor}
            process.stdin.write(json.dumps(asked).encode() + b"\n" + content)
            process.stdin.flush()
        except BrokenPipeError:
            raise ReadError(self._mishap(process, limits)) from None
        reply = bytearray()
        end = time.monotonic() + limits.wall
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not reply.endswith(b"\n"):
                if not selector.select(max(0.0, end - time.monotonic())):
                    self._stop()
                    raise ReadError(f"takes longer to read than the {limits.wall:g} s that are allowed")
                piece = os.read(process.stdout.fileno(), 1 << 20)
                if not piece:
                    raise ReadError(self._mishap(process, limits))
                reply += piece
        return bytes(reply)

    def _mishap(self, process: subprocess.Popen[bytes], limits: Limits) -> str:
        """Say why the process has ended."""
        code = process.wait()
        self._stop()
        if code == -signal.SIGXCPU:
            return f"takes more than the {limits.processor} s of processor time that are allowed"
        if code == -signal.SIGKILL:
            return "ended its reader: there was not enough memory"
        return f"ended its reader ({signal.Signals(-code).name if code < 0 else f'status {code}'}): it is damaged"

    def _stop(self) -> None:
        process, self._process, self._files = self._process, None, 0
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        process.wait()


SHARED = Sandbox()
"""The one that is used unless another is named."""
atexit.register(SHARED.close)
