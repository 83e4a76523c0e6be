"""Reading the index: one generation is held while a question is answered, the next one is opened when it is there."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from index.atlas import Point, points
from index.embed import Embedder, Vectors
from index.errors import UnknownArticleError
from index.generation import Generation, Manifest, open_live
from index.home import live_name, retire
from index.passage import Article, Filters, Hit, Imprint, Passage, Surroundings
from index.schema import FileState, passage_of, words_of

ALL = Filters()
LEAST_WORDS = 8
"""Words after which the same words elsewhere are no chance."""
SENTENCES = 4
"""Sentences that are looked up for each passage that is wanted."""
FEW = 2000
"""Passages of the articles that may answer which are compared one by one: that is exact, and as fast as a filter in the vector index."""
FORMS = 50
"""Passages that are looked through for a form of a word."""
MOST_NAMED = 10_000
"""Articles that the vector index is told to keep to: Chroma fails on more than some 16,000."""


class Reader:
    """One generation of the index, held while a question is answered. Safe to use from several threads."""

    def __init__(self, generation: Generation, embedder: Embedder) -> None:
        """Read a generation with the embedder that made it."""
        self._generation = generation
        self._embedder = embedder
        self._questions: dict[str, Vectors] = {}

    @property
    def generation(self) -> str:
        """Return the name of the generation that is read."""
        return self._generation.name

    def count(self) -> tuple[int, int]:
        """Return the numbers of articles and of passages."""
        return self._generation.manifest.articles, self._generation.manifest.passages

    def prepare(self) -> None:
        """Load what questions need, so that the first one does not wait for it: the vector index beside the model."""
        with ThreadPoolExecutor(max_workers=1) as pool:
            loading = pool.submit(self._embedder.embed_question, "prepare")
            self._generation.vectors.count()
            loading.result()

    def articles(self) -> list[Article]:
        """Return every article, sorted by id."""
        return self._generation.catalog.articles()

    def article(self, id: str) -> Article:  # noqa: A002 - the noun's own word
        """Return the article of this id. Raises UnknownArticleError."""
        article = self._generation.catalog.article(id)
        if article is None:
            raise UnknownArticleError(f"no article is called '{id}': `ibid articles` lists them")
        return article

    def passage_counts(self) -> dict[str, int]:
        """Return the number of passages of each article, by id."""
        return self._generation.catalog.passage_counts()

    def imprints(self) -> list[Imprint]:
        """Return what is known of every article, sorted by id; no text is read."""
        return self._generation.catalog.imprints()

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        """Return the titles of articles by their ids."""
        return self._generation.catalog.titles(ids)

    def digests(self, ids: Collection[str]) -> dict[str, str]:
        """Return the digests of the texts of those of the articles that are there, by their ids."""
        return self._generation.catalog.digests(ids)

    def points(self) -> list[Point]:
        """Return where each article stands on a map on which like ones are near; an article without passages has no point."""
        return points(self._generation.catalog)

    def files(self) -> list[FileState]:
        """Return what is remembered of every article's file, sorted by the article's id; no text is read."""
        return self._generation.catalog.file_states()

    def passages(self, *, filters: Filters = ALL) -> list[Passage]:
        """Return the passages of the articles that pass, sorted by article and place."""
        catalog = self._generation.catalog
        keys = set(catalog.article_keys(filters))
        found = catalog.passages([key for key, article in catalog.passage_keys() if article in keys])
        return sorted(found, key=lambda one: (one.article, one.start))

    def passes_any(self, filters: Filters) -> bool:
        """Say whether the filters leave any article."""
        return bool(self._generation.catalog.article_keys(filters))

    def surroundings(self, passage: Passage) -> Surroundings:
        """Return what stands around a passage in its article."""
        others = self._generation.catalog.passages_around(passage)
        earlier = [one for one in others if one.start < passage.start]
        behind = next((one.sentence(0) for one in others if one.start > passage.start), "")
        if not earlier:
            return Surroundings(behind=behind)
        first, before = earlier[0].sentence(0), earlier[-1].sentence(-1)
        is_one = earlier[0].sentences[0] == earlier[-1].sentences[-1]
        return Surroundings("" if is_one else first, before, behind)

    def search_vectors(self, question: str, n: int, *, filters: Filters = ALL) -> list[Hit]:
        """Return up to `n` passages nearest in meaning, best first by the exact cosine of their nearest sentence.

        There may be fewer than `n` where many sentences of few passages are nearer than all others.
        """
        catalog = self._generation.catalog
        cosines = self._cosines(question, self._near(question, n * SENTENCES, filters))
        ranked = sorted(cosines, key=lambda key: (-max(cosines[key]), key))[:n]
        return [
            Hit(passage, cosine=max(cosines[key]), cosine_rank=rank, cosines=cosines[key])
            for rank, (key, passage) in enumerate(zip(ranked, catalog.passages(ranked), strict=True), start=1)
        ]

    def search_words(self, question: str, n: int, *, filters: Filters = ALL) -> list[Hit]:
        """Return up to `n` passages that share words with the question, best first by BM25."""
        catalog = self._generation.catalog
        ranked = dict(catalog.search_words(question, n, filters))
        cosines = self._cosines(question, list(ranked))
        return [
            Hit(passage, bm25=ranked[key], bm25_rank=rank, cosines=cosines[key])
            for rank, (key, passage) in enumerate(zip(ranked, catalog.passages(list(ranked)), strict=True), start=1)
        ]

    def has_word(self, word: str) -> bool:
        """Say whether an article holds a word, with whatever ending, or the embedder has a token of its own for it, as for common ones."""
        return self._embedder.count_tokens([word])[0] == 1 or bool(self._generation.catalog.search_words(word, 1, ALL))

    def count_word(self, word: str) -> int:
        """Return how many passages hold a word, with whatever ending, or 0 if the first of them do not hold it in just this form."""
        catalog = self._generation.catalog
        keys = catalog.holding([word])
        holds = any(word in one.text.lower() and word in words_of(one.text) for one in catalog.passages(keys[:FORMS]))
        return len(keys) if holds else 0

    def articles_saying(self, text: str) -> list[Article]:
        """Return the articles that hold these words in this order, sorted by id; capitals, accents and signs between them do not count.

        Fewer than LEAST_WORDS words are said by many who did not copy: then there is none.
        """
        catalog = self._generation.catalog
        words = words_of(text)
        if len(words) < LEAST_WORDS:
            return []
        spoken = f" {' '.join(words)} "
        found = {one.article for one in catalog.passages(catalog.holding(words)) if spoken in f" {' '.join(words_of(one.text))} "}
        return [article for name in sorted(found) if (article := catalog.article(name))]

    def _near(self, question: str, n: int, filters: Filters) -> list[int]:
        """Return the keys of the passages of the `n` sentences that are nearest, or of all that may answer where each is compared."""
        catalog, is_exact = self._generation.catalog, self._generation.manifest.is_exact
        allowed = None if filters.is_open and not is_exact else catalog.article_keys(filters)
        if allowed is not None:
            few = catalog.passages_of(allowed, most=-1 if is_exact else FEW + 1)
            if is_exact or len(few) <= FEW:
                return few
            if len(allowed) > MOST_NAMED:
                return self._sifted(question, n, allowed)
        vectors = self._generation.vectors.search(self._vector(question), n, allowed)
        return list(dict.fromkeys(map(passage_of, vectors)))

    def _sifted(self, question: str, n: int, allowed: Sequence[int]) -> list[int]:
        """Return the keys of the passages of the `n` nearest sentences in articles that are too many to be named to the vector index."""
        vectors, asked = self._generation.vectors, n
        total = vectors.count()
        while True:
            asked = min(4 * asked, total)
            near = vectors.search(self._vector(question), asked)
            passing = self._generation.catalog.passages_among([passage_of(key) for key in near], allowed)
            found = [key for key in map(passage_of, near) if key in passing]
            if len(found) >= n or asked == total:
                return list(dict.fromkeys(found[:n]))

    def _vector(self, question: str) -> Vectors:
        if question not in self._questions:
            self._questions[question] = self._embedder.embed_question(question)
        return self._questions[question]

    def _cosines(self, question: str, keys: Sequence[int]) -> dict[int, tuple[float, ...]]:
        """Return the exact cosine of the question with each vector of these passages."""
        embeddings = self._generation.catalog.embeddings(keys)
        return {key: tuple((rows @ self._vector(question)).tolist()) for key, rows in zip(keys, embeddings, strict=True)}


class Readers:
    """Hands out readers of the live generation and closes a generation when its last reader is done."""

    def __init__(self, home: Path, embedder_of: Callable[[Manifest], Embedder]) -> None:
        """Name the home and say which embedder reads a generation; nothing is opened yet."""
        self._home = home
        self._embedder_of = embedder_of
        self._lock = threading.Lock()
        self._open: Generation | None = None
        self._held: dict[str, int] = {}

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Hold the live generation while it is read. Raises NoIndexError if there is none yet."""
        generation = self._acquire()
        try:
            yield Reader(generation, self._embedder_of(generation.manifest))
        finally:
            self._release(generation)

    def close(self) -> None:
        """Close what nobody reads; the rest closes with its last reader."""
        with self._lock:
            self._retire()

    def _acquire(self) -> Generation:
        with self._lock:
            if self._open is None or self._open.name != live_name(self._home):
                fresh = open_live(self._home)
                self._retire()
                self._open = fresh
            self._held[self._open.name] = self._held.get(self._open.name, 0) + 1
            return self._open

    def _release(self, generation: Generation) -> None:
        with self._lock:
            self._held[generation.name] -= 1
            if not self._held[generation.name]:
                del self._held[generation.name]
                if generation is not self._open:
                    self._let_go(generation)

    def _retire(self) -> None:
        if self._open and self._open.name not in self._held:
            self._let_go(self._open)
        self._open = None

    def _let_go(self, generation: Generation) -> None:
        """Close a generation; one that is no longer the live one goes with its last reader, and what was deleted with it."""
        generation.close()
        retire(self._home, generation.name)
