"""Running a model of a few numbers."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embed import ModelEmbedder
from index.models import Model, file_digest
from index.onnx import THREADS, OnnxModel, TokenCounter

WORDS = "salt timber tea silk [CLS] [SEP] [UNK]".split()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A model that sums the numbers of a text's words, and its tokenizer, which puts a mark at each end."""
    import onnx
    from onnx import TensorProto, helper
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import BertProcessing

    folder = tmp_path_factory.mktemp("onnx")
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "tokens"])
    total = helper.make_tensor_value_info("total", TensorProto.FLOAT, ["texts", 1])
    each = helper.make_tensor_value_info("numbers", TensorProto.FLOAT, ["texts", "tokens"])
    axis = helper.make_tensor("axis", TensorProto.INT64, [1], [1])
    nodes = [
        helper.make_node("Mul", ["input_ids", "attention_mask"], ["masked"]),
        helper.make_node("Cast", ["masked"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["numbers", "axis"], ["total"]),
    ]
    graph = helper.make_graph(nodes, "sum", [ids, mask], [total, each], [axis])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(folder / "sum.onnx"))
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS, start=1)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = BertProcessing(("[SEP]", 6), ("[CLS]", 5))
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder / "sum.onnx", folder / "tokenizer.json"


@pytest.fixture(scope="module")
def model(files: tuple[Path, Path]) -> OnnxModel:
    return OnnxModel(*files, max_tokens=8)


@given(texts=st.lists(st.lists(st.sampled_from(["salt", "timber", "tea", "silk"]), max_size=6).map(" ".join), max_size=4 * THREADS))
@settings(max_examples=40)
def test_each_text_has_its_own_row(model: OnnxModel, texts: list[str]) -> None:
    """Whatever the order and lengths of the texts in a batch, each has the row it has alone."""
    rows = model.run(texts)
    assert len(rows) == len(texts)
    assert rows.dtype == np.float32
    assert [float(row[0]) for row in rows] == [11 + sum(WORDS.index(word) + 1 for word in text.split()) for text in texts]


def test_a_pair_is_read_as_one(model: OnnxModel) -> None:
    assert float(model.run([("salt", "silk")])[0][0]) == 5 + 1 + 6 + 4 + 6


@given(pairs=st.lists(st.tuples(*[st.lists(st.sampled_from(["salt", "tea"]), max_size=2).map("  ".join)] * 2), max_size=4 * THREADS))
@settings(max_examples=40)
def test_each_pair_has_its_own_scores(model: OnnxModel, pairs: list[tuple[str, str]]) -> None:
    """Its sum, a number for each of its tokens, and where those stand in the second text, whatever is beside it."""
    for (first, second), scores in zip(pairs, model.run_pairs(pairs), strict=True):
        numbers = [5, *(WORDS.index(word) + 1 for word in first.split()), 6, *(WORDS.index(word) + 1 for word in second.split()), 6]
        assert scores.tokens.tolist() == numbers
        assert scores.whole == sum(numbers)
        words = [second[start:end] for start, end in scores.spans.tolist()]
        assert words == ["", *[""] * len(first.split()), "", *second.split(), ""]


def test_a_long_text_is_cut(model: OnnxModel) -> None:
    """Eight tokens are read, marks included."""
    assert float(model.run(["salt " * 50])[0][0]) == 5 + 6 * 1 + 6


def test_tokens_are_counted_without_marks_and_limits(files: tuple[Path, Path]) -> None:
    assert TokenCounter(files[1])(["salt tea", "", "salt " * 50]) == [2, 0, 50]


def test_tokens_are_found_where_they_stand_in_their_text(files: tuple[Path, Path]) -> None:
    """Marks stand nowhere, and no text is cut or filled up, whatever stands beside it."""
    read = TokenCounter(files[1]).read(["salt  tea", "", "salt " * 50, "Ōsaka 港町, silk"])
    spans = [one for _, one in read]
    assert [one.tolist() for one in spans[:2]] == [[[0, 0], [0, 4], [6, 9], [0, 0]], [[0, 0], [0, 0]]]
    assert spans[2].tolist() == [[0, 0], *([5 * i, 5 * i + 4] for i in range(50)), [0, 0]]
    assert spans[3].tolist() == [[0, 0], [0, 5], [6, 8], [8, 9], [10, 14], [0, 0]]
    assert TokenCounter(files[1]).read([]) == []


@given(texts=st.lists(st.text(st.sampled_from("salte \n.,Ōé港\u0301🙂"), max_size=30), max_size=5))
@settings(max_examples=60)
def test_tokens_are_as_many_as_are_counted_and_cover_what_is_not_blank(files: tuple[Path, Path], texts: list[str]) -> None:
    """Offsets count characters, not bytes."""
    counter = TokenCounter(files[1])
    for text, count, (ids, spans) in zip(texts, counter(texts), counter.read(texts), strict=True):
        assert len(ids) == count + 2
        assert spans.shape == (count + 2, 2)
        inner = spans[1:-1].tolist()
        assert "".join(text[start:end] for start, end in inner) == "".join(text.split())
        assert all(end <= start for (_, end), (start, _) in pairwise(inner))


def test_a_model_that_runs_in_onnx_gives_one_row_a_text(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Of unit length, whatever the number of its sentences: its vector is no mean over tokens."""
    names = ("sum.onnx", "tokenizer.json")
    model = Model("sum", "embedder", "", "onnx", 1, tuple((one.name, file_digest(one)) for one in files))
    (tmp_path / "sum").mkdir()
    for one, name in zip(files, names, strict=True):
        (tmp_path / "sum" / name).write_bytes(one.read_bytes())
    embedder = ModelEmbedder(tmp_path, model)
    texts = ["salt tea. silk", "tea", ""]
    embeddings = embedder.embed_passages(texts, [[(0, 9), (10, 14)], [(0, 3)], []])
    assert [one.tolist() for one in embeddings] == [[[1.0]], [[1.0]], [[1.0]]]
    assert embedder.count_tokens(texts) == [4, 1, 0]
    assert embedder.embed_passages([], []) == []
