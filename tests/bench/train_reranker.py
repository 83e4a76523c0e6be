"""Train what Ibid adds to the public reranker: python tests/bench/train_reranker.py MINUTES [EXAMPLES] [--resume]

It writes `index/reranker.safetensors`: low-rank changes of the matrices of the last layers (LoRA: Hu and others, 2021), the last two
layers, and a head that gives each token a logit of being part of the answer. The questions are those of
`tests/questions/*-train.jsonl`, which say things in other words than the articles or nearly find an answer, over
`bench/squad/articles` and `tests/articles`, and those of `bench/squad` whose article is not held out. It is tried on the others.
EXAMPLES keeps what was collected; with --resume training goes on from what is there. The rate falls to nothing within MINUTES.
"""

import os
import pickle
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import BertConfig, BertForSequenceClassification

from index.adapt import HEAD, numbers_of, quantized_layers
from index.models import RERANKER, require_model
from qa.measures import auroc
from tests.bench.examples import READ, Example, Text, examples
from tests.bench.low_rank import add_low_rank, resume, save_halves
from tests.bench.sets import HELD_OUT, SQUAD, question_sets
from tests.conftest import ROOT, models_folder

LAYERS = range(3, 12)
RANK, RATE, HEAD_RATE, WARM_UP, BATCH, WRONG = 32, 5e-4, 3e-3, 60, 8, 3
WITHOUT_RIGHT = 0.1
"""Share of the questions that are shown without the passage that answers."""
MAX_TOKENS = 256


class Learner(torch.nn.Module):  # type: ignore[misc]
    """The public model, what is learned beside it, and the line that turns its logit into that of a probability."""

    def __init__(self, public: Any) -> None:
        super().__init__()
        self.public = public.requires_grad_(requires_grad=False)
        add_low_rank(public.bert.encoder, LAYERS, rank=RANK)
        for part in (public.bert.pooler, public.classifier):
            part.requires_grad_(requires_grad=True)
        self.answer = torch.nn.Linear(public.config.hidden_size, 1)
        torch.nn.init.zeros_(self.answer.weight)
        torch.nn.init.constant_(self.answer.bias, -6.0)
        self.scale, self.shift = torch.nn.Parameter(torch.tensor(0.7)), torch.nn.Parameter(torch.tensor(-1.0))

    def forward(self, **fields: Any) -> tuple[Any, Any]:
        """Return a logit for each pair and one for each of its tokens."""
        hidden = self.public.bert(**fields)
        return self.public.classifier(hidden.pooler_output)[:, 0], self.answer(hidden.last_hidden_state)[:, :, 0]


def main() -> None:
    minutes, cache = float(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2] != "--resume" else None
    known: list[Example] = pickle.loads(cache.read_bytes()) if cache and cache.exists() else list(collect())
    if cache:
        cache.write_bytes(pickle.dumps(known))
    torch.manual_seed(1)
    folder, adapter = require_model(models_folder(), RERANKER), ROOT / "index" / RERANKER.adapter
    learner, tokenizer = Learner(network(public_weights(folder / "model.onnx"))), Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    if "--resume" in sys.argv:
        resume(learned(learner), adapter)
    train(learner, [one for one in known if not one.is_held_out], tokenizer, minutes=minutes)
    save_halves(learned(learner), adapter, command=f"python tests/bench/train_reranker.py {sys.argv[1]}")
    if any(one.is_held_out for one in known):
        report(learner, tokenizer, [one for one in known if one.is_held_out])


def collect() -> Iterator[Example]:
    """Yield what is learned from and what it is tried on."""
    for name, reader, questions in question_sets(SQUAD, "wiki-train", "wiki-held", "news-train", "news-held"):
        for one in examples(reader, questions):
            yield replace(one, is_held_out=one.article in HELD_OUT or name.endswith("-held"))


def public_weights(path: Path) -> dict[str, Any]:
    """Return the weights of the public model by their names in transformers, int8 turned back into float32."""
    graph = onnx.load(path)
    held = {one.name: one for one in graph.graph.initializer}
    weights = {name: torch.tensor(numbers_of(one)) for name, one in held.items() if one.data_type == onnx.TensorProto.FLOAT}
    for layer, (numbers, scale) in quantized_layers(graph).items():
        weights[f"{layer}.weight"] = torch.tensor((numbers_of(held[numbers]) * numbers_of(held[scale])).T)
    for name in ("word", "position", "token_type"):
        full = f"bert.embeddings.{name}_embeddings.weight"
        whole, zero, step = (numbers_of(held[f"{full}_{part}"]) for part in ("quantized", "zero_point", "scale"))
        weights[full] = torch.tensor((whole - zero) * step)
    return weights


def network(weights: dict[str, Any]) -> Any:
    """Return the public model, without dropout."""
    shape = {"hidden_size": 384, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 1536, "num_labels": 1}
    model = BertForSequenceClassification(BertConfig(**shape, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0))
    model.load_state_dict({name: weights[name] for name in model.state_dict()})
    return model.train()


def train(learner: Learner, known: Sequence[Example], tokenizer: Tokenizer, *, minutes: float) -> None:
    """Train in place, by AdamW with a linear warm-up and decay."""
    chance = random.Random(2)
    heads = [*learner.answer.parameters(), learner.scale, learner.shift]
    matrices = [one for one in learner.public.parameters() if one.requires_grad]
    groups = [{"params": matrices, "lr": RATE, "weight_decay": 0.01}, {"params": heads, "lr": HEAD_RATE, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    order: list[Example] = []
    began, losses, step = time.monotonic(), list[float](), 0
    is_half = torch.cpu._is_avx512_bf16_supported()
    while (passed := (time.monotonic() - began) / 60 / minutes) < 1:
        for group, rate in zip(optimizer.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * min(1.0, (step + 1) / WARM_UP) * (1 - passed)
        if len(order) < BATCH:
            order += chance.sample(list(known), len(known))
        batch, order = order[:BATCH], order[BATCH:]
        with torch.autocast("cpu", torch.bfloat16, enabled=is_half):
            loss = loss_of(learner, tokenizer, batch, chance)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*matrices, *heads], 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        step += 1
        if step % 25 == 0:
            print(
                f"step {step}, {passed:.0%} of the time, epoch {step * BATCH / len(known):.2f}, loss {np.mean(losses[-25:]):.3f}",
                flush=True,
            )


def choose(one: Example, chance: random.Random) -> list[Text]:
    """Return texts to learn from: one that answers, unless it is held back, and wrong ones, rather those of the first ranks."""
    right = [text for text in one.texts if text.evidence and chance.random() >= WITHOUT_RIGHT]
    wrong = [text for text in one.texts if all(label is False for label in text.is_right)][: READ - 2]
    chosen = [chance.choice(right)] if right else []
    n = WRONG + 1
    while wrong and len(chosen) < n:
        text = chance.choices(wrong, [(1 + text.rank) ** -0.7 for text in wrong])[0]
        wrong = [one for one in wrong if one is not text]
        chosen.append(text)
    return chosen


def loss_of(learner: Learner, tokenizer: Tokenizer, batch: Sequence[Example], chance: random.Random) -> Any:
    """Return three losses in one.

    Cross-entropy of right and wrong passages; that of ranking within a question; and the negative logarithm of the share that the
    tokens of the answer, or a constant logit of 0 for no answer, have among all tokens of a question's passages (shared
    normalisation: Clark and Gardner, 2018).
    """
    chosen = [(one, text) for one in batch for text in choose(one, chance)]
    whole, tokens, encoded = scored(learner, tokenizer, [(one.question, text.text) for one, text in chosen])
    is_right = torch.tensor([bool(text.evidence) for _, text in chosen])
    apart = binary_cross_entropy_with_logits(learner.scale * whole + learner.shift, is_right.float())
    ranked, pointed = [], []
    for one in batch:
        own = [i for i, (other, _) in enumerate(chosen) if other is one]
        if is_right[own].any():
            ranked.append(torch.logsumexp(whole[own], 0) - torch.logsumexp(whole[own][is_right[own]], 0))
        known, evidence = [torch.zeros(1)], list[Any]()
        for i in own:
            is_known, is_evidence = marks(encoded[i], chosen[i][1])
            known.append(tokens[i][is_known])
            evidence.append(tokens[i][is_evidence])
        said = torch.cat(evidence) if evidence else torch.zeros(0)
        pointed.append(torch.logsumexp(torch.cat(known), 0) - (torch.logsumexp(said, 0) if len(said) else 0.0))
    return 0.5 * apart + (0.5 * torch.stack(ranked).mean() if ranked else 0.0) + torch.stack(pointed).mean()


def marks(encoded: Any, text: Text) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which tokens stand in sentences that are known to be right or wrong, and which in the evidence."""
    is_known, is_evidence = np.zeros(len(encoded.ids), bool), np.zeros(len(encoded.ids), bool)
    for i, (kind, (start, end)) in enumerate(zip(encoded.type_ids, encoded.offsets, strict=True)):
        if kind == 1 and end > start:
            labels = [label for label, (first, last) in zip(text.is_right, text.sentences, strict=True) if first <= start and end <= last]
            is_known[i] = bool(labels) and labels[0] is not None
            is_evidence[i] = any(first < end and start < last for first, last in text.evidence)
    return is_known, is_evidence


def scored(learner: Learner, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> tuple[Any, list[Any], list[Any]]:
    """Return a logit for each pair, those of its tokens, and the encoded pairs; texts of like length are read together."""
    encoded = tokenizer.encode_batch(list(pairs))
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    found: dict[int, tuple[Any, Any]] = {}
    for first in range(0, len(order), 8):
        part = order[first : first + 8]
        shape = (len(part), max(len(encoded[i].ids) for i in part))
        fields = {name: torch.zeros(shape, dtype=torch.long) for name in ("input_ids", "attention_mask", "token_type_ids")}
        for row, i in enumerate(part):
            size = len(encoded[i].ids)
            fields["input_ids"][row, :size] = torch.tensor(encoded[i].ids)
            fields["attention_mask"][row, :size] = 1
            fields["token_type_ids"][row, :size] = torch.tensor(encoded[i].type_ids)
        whole, tokens = (one.float() for one in learner(**fields))
        found.update((i, (whole[row], tokens[row, : len(encoded[i].ids)])) for row, i in enumerate(part))
    return torch.stack([found[i][0] for i in range(len(encoded))]), [found[i][1] for i in range(len(encoded))], encoded


def learned(learner: Learner) -> dict[str, Any]:
    """Return the parameters that are shipped, by name."""
    heads = {f"{HEAD}.{name}": weight for name, weight in learner.answer.named_parameters()}
    return heads | {name: weight for name, weight in learner.public.named_parameters() if weight.requires_grad}


def report(learner: Learner, tokenizer: Tokenizer, held_out: Sequence[Example]) -> None:
    """Print how often the passage and the sentence with the highest logit are right, and how well answered questions are told apart."""
    learner.eval()
    best: dict[bool, list[float]] = {True: [], False: []}
    passages, sentences = [], []
    for one in held_out:
        texts = [text for text in one.texts if text.rank < READ]
        with torch.no_grad():
            whole, tokens, encoded = scored(learner, tokenizer, [(one.question, text.text) for text in texts])
        logit, is_right = max(
            (torch.logsumexp(tokens[i][inside(encoded[i], span)], 0).item(), text.is_right[k] is True)
            for i, text in enumerate(texts)
            for k, span in enumerate(text.sentences)
        )
        if one.is_answerable:
            passages.append(bool(texts[int(whole.argmax())].evidence))
            sentences.append(is_right)
        if is_right == one.is_answerable:
            best[is_right].append(logit)
    print(
        f"held out: passage right {np.mean(passages):.3f} of {len(passages)}, sentence right {np.mean(sentences):.3f},"
        f" AUROC {auroc(best[True], best[False]) or 0:.3f}"
    )


def inside(encoded: Any, span: tuple[int, int]) -> list[int]:
    """Return the numbers of the tokens that stand in a span of the second text."""
    both = zip(encoded.type_ids, encoded.offsets, strict=True)
    return [i for i, (kind, (start, end)) in enumerate(both) if kind == 1 and span[0] <= start < end <= span[1]]


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    main()
