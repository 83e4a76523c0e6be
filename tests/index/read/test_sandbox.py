"""Reading in a process of its own, within limits."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from datetime import date

import psutil
import pytest

from index.errors import ReadError
from index.read.extract import Extract, from_json, to_json
from index.read.metadata import Metadata
from index.read.sandbox import SHARED, Limits, Sandbox
from index.read.worker import READERS, answer
from tests.formats.hostile import BOMBS
from tests.formats.make import files, report


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    SHARED.close()
    sandbox = Sandbox(Limits(memory=400_000_000, processor=4, wall=20))
    yield sandbox
    sandbox.close()


def readers() -> list[int]:
    """Return the processes that read for this one."""
    return [one.pid for one in psutil.Process().children() if "index.read.worker" in one.cmdline()]


def test_one_process_reads_many_files_and_none_outlives_its_sandbox(sandbox: Sandbox) -> None:
    first = sandbox.extract(".pdf", report())
    (reader,) = readers()
    assert all(sandbox.extract(".pdf", report()) == first for _ in range(20))
    assert readers() == [reader]
    sandbox.close()
    assert readers() == []


def test_a_file_reads_alike_in_the_process_and_here(sandbox: Sandbox) -> None:
    for name, content in files().items():
        suffix = f".{name.rsplit('.', 1)[1]}"
        if suffix in READERS:
            assert sandbox.extract(suffix, content) == READERS[suffix](content), name


def test_a_file_that_takes_too_long_is_named_and_the_next_is_read() -> None:
    sandbox = Sandbox(Limits(processor=2, more=0))
    with pytest.raises(ReadError, match=r"more than the 2 s of processor time that are allowed"):
        sandbox.extract(".pdf", BOMBS["endless.pdf"]())
    assert "412 ships" in sandbox.extract(".pdf", report()).text
    sandbox.close()


def test_a_larger_file_may_take_longer() -> None:
    limits = Limits(processor=60, wall=120, more=20)
    assert [(one.processor, one.wall) for one in map(limits.for_size, (0, 2**20, 10 * 2**20))] == [(60, 120), (80, 160), (260, 520)]


def test_time_counts_from_file_to_file(sandbox: Sandbox) -> None:
    """A process that has read much may still read the next file as long as any."""
    for _ in range(4):
        sandbox.extract(".html", b"<p>Words of an article about salt and tea.</p>" * 4000)
    assert "412 ships" in sandbox.extract(".pdf", report()).text


def test_a_file_that_waits_too_long_is_named() -> None:
    SHARED.close()
    with pytest.raises(ReadError, match=r"takes longer to read than the 0\.01 s that are allowed"):
        Sandbox(Limits(wall=0.01)).extract(".pdf", report())
    assert readers() == []


def test_a_file_that_takes_too_much_memory_is_named_and_the_next_is_read(sandbox: Sandbox) -> None:
    with pytest.raises(ReadError, match="needs more memory than a file may take"):
        sandbox.extract(".docx", BOMBS["wide.docx"]())
    assert "412 ships" in sandbox.extract(".pdf", report()).text


def test_a_process_that_is_ended_from_outside_is_replaced(sandbox: Sandbox) -> None:
    sandbox.extract(".pdf", report())
    (reader,) = readers()
    os.kill(reader, signal.SIGKILL)
    with pytest.raises(ReadError, match="ended its reader"):
        sandbox.extract(".pdf", report())
    assert "412 ships" in sandbox.extract(".pdf", report()).text


def test_several_threads_may_read(sandbox: Sandbox) -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(sandbox.extract(".pdf", report()).text)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert texts == [sandbox.extract(".pdf", report()).text] * 4


def test_an_extract_is_the_same_on_the_other_side() -> None:
    for known in (Metadata(), Metadata("Title", "Ann", date(2021, 3, 4), "Post", "https://example.org", "en")):
        extract = Extract("Words – “all” of them\n", known, ((0, "p. 1"), (6, "p. 2")))
        assert from_json(json.dumps(to_json(extract)).encode()) == extract


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"   "])
def test_what_holds_nothing_is_named_by_every_reader(suffix: str, content: bytes) -> None:
    assert str(answer(suffix, content)["error"])
