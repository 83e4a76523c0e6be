"""Make the index say what a plan says: change a copy, verify it."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from index.catalog import Catalog
from index.chunk import Chunking, chunk
from index.embed import Embedder
from index.errors import DamagedError
from index.generation import Generation
from index.passage import Article, Passage, Span
from index.plan import Plan, Progress, Step
from index.read.article import markup_of
from index.schema import Draft
from index.verify import find_damage

EMBED_BATCH = 256
DEAD_SHARE = 1 / 3
"""With a larger share of dead vectors the vector index is built anew."""


def apply_plan(plan: Plan, generation: Generation, embedder: Embedder, *, chunking: Chunking, progress: Progress) -> None:
    """Bring a generation that is written to in line with a plan, and verify it. Raises DamagedError if it fails."""
    catalog = generation.catalog
    dead: list[int] = []
    held = {key for key, _ in catalog.vector_keys()}
    for state in (*plan.removed, *(change.old for change in plan.changes if change.old)):
        dead += catalog.remove_article(state.key)
    for change in plan.changes:
        passages = chunk(change.article, markup=markup_of(change.article), count=embedder.count_tokens, chunking=chunking)
        catalog.add_article(change.article, [Draft(one, _digest(change.article, one)) for one in passages], change.state)
    for state in plan.touched:
        catalog.set_state(state)
    embed_pending(catalog, embedder, progress, most=chunking.most)
    catalog.commit()
    if dead:
        catalog.compact()
    update_vectors(generation, sorted(held.intersection(dead)), held=held.difference(dead), progress=progress)
    require_sound(generation, progress)


def require_sound(generation: Generation, progress: Progress) -> None:
    """Verify a new generation as it stands on disk; one whose vectors are not found well enough gets a new vector index first.

    Where that one does not find them either, passages are compared one by one: slower than the index, but right.
    Raises DamagedError if it is not to become the live one.
    """
    progress(Step("verifying", 0, 1))
    generation.manifest = replace(generation.manifest, is_exact=False)
    generation.close_vectors()
    damage = next(find_damage(generation), None)
    if damage and generation.manifest.passages:
        progress(Step("verifying", 1, 1, f"building the vector index anew, for {damage}"))
        generation.discard_vectors()
        generation.manifest = replace(generation.manifest, dead_vectors=0)
        update_vectors(generation, (), held=(), progress=progress)
        generation.close_vectors()
        damage = next(find_damage(generation), None)
    if damage:
        generation.manifest = replace(generation.manifest, is_exact=True)
        damage = next(find_damage(generation), None)
    if damage:
        raise DamagedError(f"the new index did not pass its checks ({damage}); the old one stays")
    generation.manifest.save(generation.folder)
    progress(Step("verifying", 1, 1))


def embed_pending(catalog: Catalog, embedder: Embedder, progress: Progress, *, most: int) -> None:
    """Embed every passage of the catalog that has no embedding yet. `most`: tokens that a passage holds at most."""
    total, done = catalog.count_unembedded(), 0
    while keys := catalog.unembedded(EMBED_BATCH):
        passages = catalog.passages(keys)
        progress(Step("embedding", done, total, passages[0].article))
        texts = passage_inputs(catalog.titles({one.article for one in passages}), passages, embedder, most=most)
        catalog.set_embeddings(keys, embedder.embed_passages(texts, [_spans(text, one) for text, one in zip(texts, passages, strict=True)]))
        done += len(keys)
        progress(Step("embedding", done, total, passages[-1].article))


def passage_inputs(titles: Mapping[str, str], passages: Sequence[Passage], embedder: Embedder, *, most: int) -> list[str]:
    """Return what is embedded for passages: title and heading, as far as they fit, in front of each text.

    A passage holds at most `most` tokens, and is only counted where that many might leave no room.
    """
    contexts = [_contexts(titles[one.article], " › ".join(one.heading)) for one in passages]
    known = list({context for some in contexts for context in some})
    size_of = dict(zip(known, embedder.count_tokens(known), strict=True))
    room = embedder.max_tokens - 2
    tight = [one.text for one, some in zip(passages, contexts, strict=True) if size_of[some[0]] + most > room]
    tokens = dict(zip(tight, embedder.count_tokens(tight), strict=True))
    return [
        next((context for context in some if size_of[context] + tokens.get(one.text, most) <= room), "") + one.text
        for one, some in zip(passages, contexts, strict=True)
    ]


def _contexts(title: str, heading: str) -> list[str]:
    """Return what may stand in front of a passage, the longest first; each ends with a blank, so that its tokens are its own."""
    return [f"{title}. {heading}. ", f"{title}. "] if heading and heading != title else [f"{title}. "]


def _spans(text: str, passage: Passage) -> list[Span]:
    """Return where a passage's sentences stand in what is embedded for it."""
    shift = len(text) - len(passage.text) - passage.start
    return [(start + shift, end + shift) for start, end in passage.sentences]


def update_vectors(generation: Generation, dead: Sequence[int], *, held: Collection[int], progress: Progress) -> None:
    """Take dead vectors out and put in what is not held yet; build the vector index anew when too much of it is dead."""
    keys = generation.catalog.vector_keys()
    total_dead = generation.manifest.dead_vectors + len(dead)
    if total_dead > DEAD_SHARE * (len(keys) + total_dead):
        generation.discard_vectors()
        dead, held, total_dead = (), (), 0
    fresh = [one for one in keys if one[0] not in held]
    size = generation.vectors.expect(len(fresh))
    generation.vectors.remove(dead)
    for first in range(0, len(fresh), size):
        part = fresh[first : first + size]
        generation.vectors.add(part, generation.catalog.vectors([key for key, _ in part]))
        progress(Step("indexing", first + len(part), len(fresh)))
    articles, passages = generation.catalog.counts()
    generation.manifest = replace(generation.manifest, articles=articles, passages=passages, dead_vectors=total_dead)
    generation.manifest.save(generation.folder)


def _digest(article: Article, passage: Passage) -> bytes:
    sentences = [f"{start - passage.start}-{end - passage.start}" for start, end in passage.sentences]
    return hashlib.sha256("\0".join((article.title, *passage.heading, "", passage.text, *sentences)).encode()).digest()
