"""A store over the library that the tests of `qa` only read, made once."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index.passage import Article
from index.store import Store
from qa.assistant import Assistant
from tests.qa.samples import LIBRARY
from tests.toy import ToyEmbedder, ToyReranker


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that holds the library."""
    root = tmp_path_factory.mktemp("library")
    for name, text in LIBRARY.items():
        path = Path(root, "articles", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    store = Store(root / "home", embedder=ToyEmbedder())
    store.sync([root / "articles"])
    yield store
    store.close()


@pytest.fixture(scope="session")
def articles(library: Store) -> Sequence[Article]:
    """The articles of the library."""
    with library.reading() as reader:
        return reader.articles()


@pytest.fixture(scope="session")
def assistant(library: Store) -> Assistant:
    """An assistant that answers from the library."""
    return Assistant(library, reranker=ToyReranker())
