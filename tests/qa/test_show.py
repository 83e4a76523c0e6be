"""An article, or some characters of it, by name."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SpanError, UnknownArticleError
from index.passage import Article
from index.reader import Reader
from index.store import Store
from qa.show import find_span
from tests.qa.samples import LIBRARY
from tests.toy import ToyEmbedder

TRICKY = {
    "10:30-11 talk.txt": "The talk began late.\n",
    "a:1-2.txt": "A file whose name looks like a span.\n",
    "a:1-2/b:3-4.txt": "A file below such a folder.\n",
    "zwei\nzeilen.txt": "A name of two lines.\n",
}


@pytest.fixture
def reader(library: Store) -> Iterator[Reader]:
    """A reader of the library."""
    with library.reading() as reader:
        yield reader


@given(name=st.sampled_from(sorted(LIBRARY)), start=st.integers(0, 400), end=st.integers(0, 400))
def test_a_name_with_offsets_is_a_span_of_its_text(library: Store, name: str, start: int, end: int) -> None:
    """Offsets inside the text are taken as they are; others are refused with those there are."""
    with library.reading() as reader:
        length = len(reader.article(name).text)
        if start <= end <= length:
            article, span = find_span(reader, f"{name}:{start}-{end}")
            assert (article.id, span) == (name, (start, end))
        else:
            with pytest.raises(SpanError, match=f"0-{length}, not {start}-{end}"):
                find_span(reader, f"{name}:{start}-{end}")


@pytest.mark.parametrize("name", LIBRARY)
def test_a_name_alone_is_the_whole_text(reader: Reader, articles: Sequence[Article], name: str) -> None:
    """Every article is found by its id, and shown from end to end."""
    article, (start, end) = find_span(reader, name)
    assert article == next(one for one in articles if one.id == name)
    assert article.text[start:end] == LIBRARY[name]


def test_a_span_may_be_empty_or_everything(reader: Reader) -> None:
    """Offsets are half-open, as in a citation."""
    length = len(LIBRARY["bridge.txt"])
    assert find_span(reader, "bridge.txt:0-0")[1] == (0, 0)
    assert find_span(reader, f"bridge.txt:{length}-{length}")[1] == (length, length)
    assert find_span(reader, f"bridge.txt:0-{length}")[1] == (0, length)


@pytest.mark.parametrize("offsets", ["5-4", "0-99999", "99999-99999"])
def test_offsets_that_are_not_in_the_text_are_refused(reader: Reader, offsets: str) -> None:
    """The message names the article, the characters it has, and those that were asked for."""
    with pytest.raises(SpanError) as caught:
        find_span(reader, f"bridge.txt:{offsets}")
    for part in ("bridge.txt", f"0-{len(LIBRARY['bridge.txt'])}", offsets):
        assert part in str(caught.value)


def test_offsets_of_any_length_are_refused_alike(reader: Reader) -> None:
    """A number too long to be read is too large."""
    with pytest.raises(SpanError):
        find_span(reader, f"bridge.txt:0-{'9' * 5000}")


@pytest.mark.parametrize(
    "named",
    ["", ":", "no.txt", "no.txt:0-4", "bridge", "bridge.txt:", "bridge.txt:4", "bridge.txt:-4", "bridge.txt:4-", "bridge.txt:-4-8",
     "bridge.txt:a-b", "bridge.txt:0-4 ", " bridge.txt", ":0-4", "BRIDGE.TXT", "%", "*"],
)  # fmt: skip
def test_what_names_no_article_is_refused(reader: Reader, named: str) -> None:
    """Names are exact; half an offset is part of a name that nothing has."""
    with pytest.raises(UnknownArticleError, match="ibid articles"):
        find_span(reader, named)


@pytest.fixture(scope="module")
def tricky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of articles whose names hold what separates offsets."""
    root = tmp_path_factory.mktemp("tricky")
    for name, text in TRICKY.items():
        path = Path(root, "articles", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    store = Store(root / "home", embedder=ToyEmbedder())
    store.sync([root / "articles"])
    yield store
    store.close()


@pytest.mark.parametrize("name", TRICKY)
def test_a_name_with_colons_is_found_with_and_without_offsets(tricky: Store, name: str) -> None:
    """Only what stands at the very end is taken for offsets."""
    with tricky.reading() as reader:
        whole, span = find_span(reader, name)
        part, (start, end) = find_span(reader, f"{name}:2-6")
    assert (whole.id, span) == (name, (0, len(TRICKY[name])))
    assert (part.id, part.text[start:end]) == (name, TRICKY[name][2:6])
