"""Teach the default embedder how people ask: python tests/bench/train_question.py [EPOCHS]

It writes `index/question.safetensors`: low-rank changes (LoRA: Hu and others, 2021) of all matrices of the model that embeds
questions; passages are embedded by the public model as before, so that no index changes. For the answerable questions of
`tests/questions/*-train.jsonl`, a follow-up read with those before it, and those of `bench/squad` whose article is not held out,
the loss is the negative logarithm of the share that the sentences of the right passages have among the sentences of all of them.
Afterwards it prints how often a passage that answers is among the first of what is retrieved for questions that are held out.
"""

import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import normalize

from index.embed import load_transformer
from index.models import MINILM, require_model
from index.reader import Reader
from qa.assistant import joined
from qa.questions import Question, load_questions
from qa.reading import DEPTH, FIRST
from qa.retrieve import retrieve
from tests.bench.low_rank import LowRank, add_low_rank, save_halves
from tests.bench.sets import HELD_OUT, SQUAD, place_of, question_sets
from tests.conftest import ROOT, models_folder

RANK, RATE, WARM_UP, BATCH, AT_ONCE = 16, 5e-4, 20, 64, 16
EPOCHS = 4
TEMPERATURE = 0.05

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """A question as it is read, and the numbers of the passages that answer."""

    question: str
    passages: tuple[int, ...]


def main() -> None:
    torch.manual_seed(1)
    examples, embeddings = collect()
    print(f"{len(examples)} questions, {len(embeddings)} passages", flush=True)
    transformer = load_transformer(require_model(models_folder(), MINILM)).to("cpu").requires_grad_(requires_grad=False)
    add_low_rank(transformer[0].auto_model.encoder, range(6), rank=RANK)
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else EPOCHS
    train(transformer, examples, embeddings, epochs=epochs)
    save_halves(learned(transformer), ROOT / "index" / MINILM.adapter, command=f"python tests/bench/train_question.py {epochs}")
    report()


def collect() -> tuple[list[Example], list[Rows]]:
    """Return what is learned from, and the embeddings of the passages that are not held out."""
    embeddings: list[Rows] = []
    examples: list[Example] = []
    numbers: dict[str, list[tuple[int, int, int]]] = {}
    for name, reader, questions in question_sets(SQUAD, "wiki-train", "news-train"):
        if name in (SQUAD, "news-train"):
            numbers = dict[str, list[tuple[int, int, int]]]()
            for article, start, end, rows in _passages(reader):
                numbers.setdefault(article, []).append((len(embeddings), start, end))
                embeddings.append(rows)
        examples += _examples(questions, numbers)
    return examples, embeddings


def _passages(reader: Reader) -> Iterator[tuple[str, int, int, Rows]]:
    catalog = reader._generation.catalog
    keys = [key for key, _ in catalog.passage_keys()]
    held_out = HELD_OUT | held_out_news()
    for passage, rows in zip(catalog.passages(keys), catalog.embeddings(keys), strict=True):
        stem = PurePath(passage.article).stem
        if stem not in held_out:
            yield stem, passage.start, passage.end, rows


def held_out_news() -> frozenset[str]:
    """Return the names of our own articles from which nothing is learned."""
    _, paths = place_of("news-held", load_questions(ROOT / "tests" / "questions" / "news-held.jsonl"))
    return frozenset(path.stem for path in paths)


def _examples(questions: Sequence[Question], numbers: dict[str, list[tuple[int, int, int]]]) -> Iterator[Example]:
    for question in questions:
        touching = {
            number
            for one in question.evidence
            for number, start, end in numbers.get(PurePath(one.article).stem, [])
            if one.start < end and start < one.end
        }
        if touching:
            yield Example(joined(question.history, question.text), tuple(sorted(touching)))


def train(transformer: Any, examples: list[Example], embeddings: Sequence[Rows], *, epochs: int) -> None:
    """Train in place, by AdamW with a linear warm-up and decay."""
    rows = torch.tensor(np.concatenate(embeddings))
    ends = np.cumsum([len(one) for one in embeddings])
    spans = [(int(end) - len(one), int(end)) for end, one in zip(ends, embeddings, strict=True)]
    parameters = list(learned(transformer).values())
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    chance = random.Random(3)
    order = [one for _ in range(epochs) for one in chance.sample(examples, len(examples))]
    began, losses, steps = time.monotonic(), list[float](), len(order) // BATCH
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / WARM_UP) * (1 - step / steps)
        batch = order[step * BATCH : (step + 1) * BATCH]
        similar = embed(transformer, [one.question for one in batch]) @ rows.T / TEMPERATURE
        right = [torch.cat([row[slice(*spans[i])] for i in one.passages]) for row, one in zip(similar, batch, strict=True)]
        loss = torch.logsumexp(similar, 1).mean() - torch.stack([torch.logsumexp(one, 0) for one in right]).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if step % 25 == 24:
            print(f"step {step + 1} of {steps}, {time.monotonic() - began:.0f} s, loss {np.mean(losses[-25:]):.3f}", flush=True)


def embed(transformer: Any, texts: Sequence[str]) -> Any:
    """Return rows of unit length, texts of like length embedded together."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    found: dict[int, Any] = {}
    for first in range(0, len(order), AT_ONCE):
        part = order[first : first + AT_ONCE]
        vectors = transformer(transformer.preprocess([texts[i] for i in part]))["sentence_embedding"]
        found.update(zip(part, vectors, strict=True))
    return normalize(torch.stack([found[i] for i in range(len(texts))]), dim=1)


def learned(transformer: Any) -> dict[str, Any]:
    """Return the parameters that are shipped, by name."""
    parts = ((name, one) for name, one in transformer.named_modules() if isinstance(one, LowRank))
    return {f"{name}.{part}": getattr(one, part) for name, one in parts for part in ("up", "down")}


def report() -> None:
    """Print how often a passage that answers a held-out question stands first, among those read first, and among all that are read."""
    for name, reader, questions in question_sets("news-held", "follow-ups-held", "wiki-held", SQUAD):
        ranks = []
        for one in questions:
            is_held_out = name != SQUAD or one.evidence[0].article in HELD_OUT if one.is_answerable else False
            if is_held_out:
                hits = retrieve(reader, joined(one.history, one.text), n=DEPTH)
                spots = ((hit.passage.article, hit.passage.start, hit.passage.end) for hit in hits)
                ranks.append(next((rank for rank, spot in enumerate(spots) if one.is_answered_by(*spot)), DEPTH))
        shares = ", ".join(f"{np.mean([rank < depth for rank in ranks]):.3f} @{depth}" for depth in (1, FIRST, DEPTH))
        print(f"{name}: {shares} of {len(ranks)}")


if __name__ == "__main__":
    main()
