"""Train the reranker further and say what it gains: python tests/bench/train_reranker.py EXAMPLES WEIGHTS

EXAMPLES keeps what was collected, WEIGHTS what was learned. Nothing of it is shipped: see BENCHMARKS.md. It learns from
questions that say things in other words than the articles, and from questions that the articles nearly answer:
`tests/questions/*-train.jsonl` over `bench/squad/articles` and `tests/articles`, and those of `bench/squad` whose article is
not held out; it is tried on the others. An hour and a half on two cores with bf16.
"""

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
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

from index.models import RERANKER, require_model
from qa.measures import auroc
from qa.rerank import MAX_TOKENS, CrossEncoder
from tests.bench.examples import Example, Text, examples
from tests.bench.sets import SQUAD, question_sets
from tests.conftest import models_folder

HELD_OUT = frozenset(
    "Yuan-dynasty Genghis-Khan French-and-Indian-War Oxygen Harvard-University Jacksonville-Florida Chloroplast"
    " United-Methodist-Church Economic-inequality Rhine Civil-disobedience Packet-switching".split()
)
"""Articles of `bench/squad` from which nothing is learned; those of `*-held.jsonl`."""
EPOCHS, RATE, WARM_UP, BATCH = 1.5, 4e-5, 0.06, 8
FROZEN = ("bert.embeddings", "bert.encoder.layer.0.", "bert.encoder.layer.1.", "bert.encoder.layer.2.")
LISTWISE = 0.5
"""Weight of the loss of ranking beside that of telling right from wrong."""


def main() -> None:
    cache, weights = Path(sys.argv[1]), Path(sys.argv[2])
    known: list[Example] = pickle.loads(cache.read_bytes()) if cache.exists() else list(collect())
    cache.write_bytes(pickle.dumps(known))
    torch.manual_seed(1)
    folder = require_model(models_folder(), RERANKER)
    model, tokenizer = network(public_weights(folder / "model.onnx")), reader_of(folder / "tokenizer.json")
    held_out = [one for one in known if one.is_held_out]
    report("before", model, tokenizer, held_out)
    train(model, [one for one in known if not one.is_held_out], tokenizer)
    torch.save(model.state_dict(), weights)
    report("after", model, tokenizer, held_out)


def collect() -> Iterator[Example]:
    """Yield what is learned from and what it is tried on."""
    reranker = CrossEncoder(models_folder())
    for name, reader, questions in question_sets(SQUAD, "wiki-train", "wiki-held", "news-train", "news-held"):
        for one in examples(reader, reranker, questions):
            yield replace(one, is_held_out=one.article in HELD_OUT or name.endswith("-held"))


def report(when: str, model: Any, tokenizer: Tokenizer, held_out: Sequence[Example]) -> None:
    """Print for how many questions the first run of sentences is right, and how well it tells answered ones from others."""
    model.eval()
    best: dict[bool, list[float]] = {True: [], False: []}
    n_right = n_answered = 0
    for one in held_out:
        with torch.no_grad():
            passages, runs = (
                scored(model, tokenizer, [(one.question, text.text) for text in texts]).tolist() for texts in (one.passages, one.runs)
            )
        top = max(range(len(runs)), key=lambda i: runs[i] + passages[one.runs[i].rank])
        is_right = one.runs[top].is_right is True
        n_answered += one.is_answerable
        n_right += is_right
        if is_right == one.is_answerable:
            best[is_right].append(runs[top] + passages[one.runs[top].rank])
    model.train()
    print(
        f"{when}: first run right {n_right / n_answered:.3f} of {n_answered}, AUROC {auroc(best[True], best[False]) or 0:.3f}", flush=True
    )


def public_weights(path: Path) -> dict[str, Any]:
    """Return the weights of the public model by their names in transformers, int8 turned back into float32."""
    graph = onnx.load(path)
    held = {one.name: one for one in graph.graph.initializer}
    weights = {name: torch.tensor(numpy_helper.to_array(one)) for name, one in held.items() if one.data_type == onnx.TensorProto.FLOAT}
    for name, (quantized, scale) in matrices(graph).items():
        weights[f"{name}.weight"] = torch.tensor((read(held, quantized) * float(read(held, scale))).T, dtype=torch.float32)
    for name in ("word", "position", "token_type"):
        full = f"bert.embeddings.{name}_embeddings.weight"
        numbers = (read(held, f"{full}_quantized") - read(held, f"{full}_zero_point")) * read(held, f"{full}_scale")
        weights[full] = torch.tensor(numbers, dtype=torch.float32)
    return weights


def network(weights: dict[str, Any]) -> Any:
    """Return the public model, ready to be trained without dropout."""
    shape = {"hidden_size": 384, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 1536, "num_labels": 1}
    config = BertConfig(**shape, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    config._attn_implementation = "eager"  # twice as fast as the fused one in bf16 on CPUs
    model = BertForSequenceClassification(config)
    model.load_state_dict({name: weights[name] for name in model.state_dict()})
    for name, weight in model.named_parameters():
        weight.requires_grad = not name.startswith(FROZEN)
    return model.train()


def reader_of(tokenizer: Path) -> Tokenizer:
    reader = Tokenizer.from_file(str(tokenizer))
    reader.no_padding()
    reader.enable_truncation(MAX_TOKENS)
    return reader


def train(model: Any, known: Sequence[Example], tokenizer: Tokenizer) -> None:
    """Train in place, by AdamW with a linear warm-up and decay."""
    chance = random.Random(1)
    scale, shift = torch.nn.Parameter(torch.tensor(0.7)), torch.nn.Parameter(torch.tensor(-1.0))
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    steps = int(EPOCHS * len(known) / BATCH)
    groups = [{"params": weights, "lr": RATE, "weight_decay": 0.01}, {"params": [scale, shift], "lr": 1e-3, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups)
    order: list[Example] = []
    began, losses = time.monotonic(), list[float]()
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = RATE * min(1.0, (step + 1) / (WARM_UP * steps)) * (1 - step / steps)
        if len(order) < BATCH:
            order += chance.sample(list(known), len(known))
        batch, order = order[:BATCH], order[BATCH:]
        chosen = [choose(one, chance) for one in batch]
        total = 0.0
        for kind in (0, 1):
            loss = loss_of(model, tokenizer, [(one.question, texts[kind]) for one, texts in zip(batch, chosen, strict=True)], scale, shift)
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(total)
        if (step + 1) % 25 == 0:
            print(
                f"{step + 1}/{steps}  loss {np.mean(losses[-25:]):.3f}  {(time.monotonic() - began) / (step + 1):.1f} s a step", flush=True
            )


def choose(one: Example, chance: random.Random) -> tuple[list[Text], list[Text]]:
    """Return passages and runs to learn from: a right one of each, and wrong ones, rather those of the first ranks."""
    right = [text for text in one.passages if text.is_right]
    passages = [chance.choice(right)] if right else []
    passages += weighted([text for text in one.passages if text.is_right is False][:8], 2 if right else 3, chance)
    right = sorted((text for text in one.runs if text.is_right), key=lambda text: len(text.text))
    runs = right[:1] + ([chance.choice(right[1:])] if len(right) > 1 and chance.random() < 0.4 else [])
    return passages, runs + weighted([text for text in one.runs if text.is_right is False], 5, chance)


def weighted(texts: list[Text], n: int, chance: random.Random) -> list[Text]:
    chosen: list[Text] = []
    while texts and len(chosen) < n:
        text = chance.choices(texts, [1 / (1 + one.rank) for one in texts])[0]
        texts = [one for one in texts if one is not text]
        chosen.append(text)
    return chosen


def loss_of(model: Any, tokenizer: Tokenizer, asked: Sequence[tuple[str, Sequence[Text]]], scale: Any, shift: Any) -> Any:
    """Return cross-entropy of right and wrong over all texts, plus that of ranking within each question that has a right one."""
    logits = scored(model, tokenizer, [(question, text.text) for question, texts in asked for text in texts])
    is_right = torch.tensor([float(bool(text.is_right)) for _, texts in asked for text in texts])
    loss = torch.nn.functional.binary_cross_entropy_with_logits(scale * logits + shift, is_right)
    first, ranked = 0, []
    for _, texts in asked:
        part, right = logits[first : first + len(texts)], is_right[first : first + len(texts)].bool()
        first += len(texts)
        if right.any():
            ranked.append(torch.logsumexp(part, 0) - torch.logsumexp(part[right], 0))
    return loss + LISTWISE * torch.stack(ranked).mean() if ranked else loss


def scored(model: Any, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> Any:
    """Return a logit for each pair, in batches of texts of like length."""
    encoded = tokenizer.encode_batch(list(pairs))
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    logits: dict[int, Any] = {}
    for first in range(0, len(order), 12):
        part = order[first : first + 12]
        shape = (len(part), max(len(encoded[i].ids) for i in part))
        fields = {name: torch.zeros(shape, dtype=torch.long) for name in ("input_ids", "attention_mask", "token_type_ids")}
        for row, i in enumerate(part):
            size = len(encoded[i].ids)
            fields["input_ids"][row, :size] = torch.tensor(encoded[i].ids)
            fields["attention_mask"][row, :size] = 1
            fields["token_type_ids"][row, :size] = torch.tensor(encoded[i].type_ids)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = model(**fields).logits[:, 0].float()
        logits.update(zip(part, found, strict=True))
    return torch.stack([logits[i] for i in range(len(encoded))])


def matrices(graph: Any) -> dict[str, tuple[str, str]]:
    """Return for each matrix of a graph, by its layer's name, the names of its int8 numbers and of their scale."""
    found = {}
    for node in graph.graph.node:
        if node.op_type == "MatMulInteger":
            name = node.name.strip("/").replace("/", ".").removesuffix("_quant").removesuffix("MatMul").rstrip(".").removesuffix(".Gemm_")
            found[name] = (node.input[1], node.input[1].removesuffix("_quantized") + "_scale")
    return found


def read(held: dict[str, Any], name: str) -> Any:
    """Return the numbers of an initializer."""
    return np.asarray(numpy_helper.to_array(held[name]), np.float64)


if __name__ == "__main__":
    main()
