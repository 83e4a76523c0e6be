"""Embedding: a passage has a row for each sentence, read in its whole text."""

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from index.embed import MAX_TOKENS, ModelEmbedder, Vectors, load_transformer, teach
from index.errors import ModelError
from index.models import BGE_SMALL, MINILM, adapter_of, find_damage, model_folder, require_model
from index.passage import Span
from tests.conftest import models_folder

TEXTS = [
    "The old harbour. Trade. It was built in 1871 by Ada Quill. Its piers are of granite, said the mayor of Ōsaka.",
    "Salt was dear.",
    "Marlow. 港町 has two piers. Cafe\u0301s opened! “Why?” asked Ünal. " + "Ships came each year. " * 9 + "Then the port closed.",
]


def spans_of(text: str, *sentences: str) -> list[Span]:
    """Return where sentences stand in a text, one after the other."""
    spans, start = list[Span](), 0
    for one in sentences:
        start = text.index(one, start)
        spans.append((start, start + len(one)))
        start += len(one)
    return spans


SENTENCES = [
    spans_of(TEXTS[0], "It was built in 1871 by Ada Quill.", "Its piers are of granite, said the mayor of Ōsaka."),
    spans_of(TEXTS[1], "Salt was dear."),
    spans_of(
        TEXTS[2],
        "港町 has two piers.",
        "Cafe\u0301s opened!",
        "“Why?” asked Ünal.",
        *["Ships came each year."] * 9,
        "Then the port closed.",
    ),
]
LEAST_COSINE = 0.9995
"""Of rows that should be equal: where the processor has it, they are reckoned in bfloat16."""


def brute_force(text: str, spans: list[Span]) -> Vectors:
    """Return the mean over each sentence's tokens, as transformers reads the text alone."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = str(require_model(models_folder(), MINILM))
    read = AutoTokenizer.from_pretrained(folder)(text, return_offsets_mapping=True, return_tensors="pt")
    offsets = read.pop("offset_mapping")[0].tolist()
    with torch.no_grad():
        tokens = AutoModel.from_pretrained(folder)(**read).last_hidden_state[0].numpy()
    rows = [np.mean([tokens[i] for i, (a, b) in enumerate(offsets) if start <= a < b <= end], axis=0) for start, end in spans]
    return np.stack([row / np.linalg.norm(row) for row in rows])


@pytest.fixture(scope="module")
def minilm() -> ModelEmbedder:
    return ModelEmbedder(models_folder(), MINILM)


@pytest.mark.models
def test_a_row_is_the_mean_over_the_tokens_of_its_sentence(minilm: ModelEmbedder) -> None:
    """The whole text is read, so that title, headings and neighbours are known; each row has unit length."""
    embeddings = minilm.embed_passages(TEXTS, SENTENCES)
    assert [one.shape for one in embeddings] == [(len(spans), 384) for spans in SENTENCES]
    for rows, text, spans in zip(embeddings, TEXTS, SENTENCES, strict=True):
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
        assert (rows * brute_force(text, spans)).sum(axis=1).min() > LEAST_COSINE
    assert len(np.unique(embeddings[2].round(4), axis=0)) == len(SENTENCES[2])


@pytest.mark.models
def test_company_and_order_of_the_texts_do_not_matter(minilm: ModelEmbedder) -> None:
    """A batch is sorted by length and filled up inside; each text has the rows that it has alone."""
    alone = [minilm.embed_passages([text], [spans])[0] for text, spans in zip(TEXTS, SENTENCES, strict=True)]
    for order in permutations(range(len(TEXTS))):
        together = minilm.embed_passages([TEXTS[i] for i in order], [SENTENCES[i] for i in order])
        for i, rows in zip(order, together, strict=True):
            assert (rows * alone[i]).sum(axis=1).min() > LEAST_COSINE
    assert minilm.embed_passages([], []) == []


@pytest.mark.models
def test_each_of_many_texts_gets_its_own_rows(minilm: ModelEmbedder) -> None:
    """They are read a few at a time, the longest first, whatever their order."""
    texts = [f"Quay {i} is new." + " Salt was sold there." * (i * 7 % 25) for i in range(50)]
    spans = [spans_of(text, text[: text.index(".") + 1]) for text in texts]
    for text, one, rows in zip(texts, spans, minilm.embed_passages(texts, spans), strict=True):
        assert rows.shape == (1, 384)
        assert float(rows[0] @ minilm.embed_passages([text], [one])[0][0]) > LEAST_COSINE


@pytest.mark.models
def test_a_sentence_is_told_from_the_same_words_in_another_text(minilm: ModelEmbedder) -> None:
    """Late chunking: what stands around a sentence is in its row, and a question finds it by that."""
    texts = [f"{town}. The harbour was built in 1871. It has two piers." for town in ("Marlow", "Tarn")]
    rows = minilm.embed_passages(texts, [spans_of(text, "It has two piers.") for text in texts])
    marlow, tarn = (float(one[0] @ minilm.embed_question("How many piers has Marlow?")) for one in rows)
    assert marlow > tarn + 0.05


@pytest.mark.models
def test_a_sentence_is_found_by_itself(minilm: ModelEmbedder) -> None:
    """Of all sentences, its own row is the nearest to it."""
    rows = np.concatenate(minilm.embed_passages(TEXTS, SENTENCES))
    said = [text[start:end] for text, spans in zip(TEXTS, SENTENCES, strict=True) for start, end in spans]
    for i, sentence in enumerate(said):
        cosines = rows @ minilm.embed_question(sentence)
        assert said[int(cosines.argmax())] == sentence or cosines[i] > cosines.max() - 0.02


@pytest.mark.models
def test_questions_alone_are_embedded_with_what_was_learned(minilm: ModelEmbedder) -> None:
    """The twin is the public model with the adapter's changes; without them it would be another one."""
    transformer = load_transformer(require_model(models_folder(), MINILM)).to("cpu")
    question = "How many piers has Marlow?"
    public = transformer.encode(question, normalize_embeddings=True, show_progress_bar=False)
    with adapter_of(MINILM) as (adapter, _):
        teach(transformer, adapter)
    taught = transformer.encode(question, normalize_embeddings=True, show_progress_bar=False)
    asked = minilm.embed_question(question)
    assert float(asked @ taught) > 0.999
    assert float(asked @ public) < 0.99


@pytest.mark.models
def test_a_sentence_beyond_what_is_read_has_the_mean_of_what_is_read(minilm: ModelEmbedder) -> None:
    text = "Salt was sold. " * MAX_TOKENS + "Tea came last."
    first, last = minilm.embed_passages([text], [[(0, 14), (len(text) - 14, len(text))]])[0]
    transformer = load_transformer(require_model(models_folder(), MINILM))
    whole = transformer.encode(text, normalize_embeddings=True, show_progress_bar=False)
    assert float(last @ whole) > 0.999  # which counts the mark at the end too
    assert float(first @ last) < 0.999


@pytest.mark.models
@pytest.mark.skipif(find_damage(model_folder(models_folder(), BGE_SMALL), BGE_SMALL) is not None, reason=f"{BGE_SMALL.name} is not here")
def test_a_model_whose_vector_is_no_mean_gives_one_row(minilm: ModelEmbedder) -> None:
    """Of unit length, whatever the number of sentences; the text without the question's prefix."""
    bge = ModelEmbedder(models_folder(), BGE_SMALL)
    embeddings = bge.embed_passages(TEXTS, SENTENCES)
    assert [one.shape for one in embeddings] == [(1, 384)] * len(TEXTS)
    assert [float(np.linalg.norm(one)) for one in embeddings] == pytest.approx([1] * len(TEXTS), abs=1e-5)
    for one, text, spans in zip(embeddings, TEXTS, SENTENCES, strict=True):
        assert one == pytest.approx(bge.embed_passages([text], [spans[:1]])[0], abs=0.02)
    assert bge.embed_passages([], []) == []


def test_no_texts_need_no_model(tmp_path: Path) -> None:
    embedder = ModelEmbedder(tmp_path, MINILM)
    assert embedder.embed_passages([], []) == []
    with pytest.raises(ModelError, match=MINILM.name):
        embedder.embed_passages(["Salt."], [[(0, 5)]])
