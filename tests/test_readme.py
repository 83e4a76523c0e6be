"""What the documents say is so."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from index.store import Store
from qa.assistant import Assistant
from qa.cli import app
from qa.draft import draft
from qa.evaluate import evaluate
from qa.questions import load_questions
from tests.conftest import ROOT, models_folder
from tests.toy import ToyEmbedder, ToyReranker

README = (ROOT / "README.md").read_text()


def command_names() -> list[str]:
    command = get_command(app)
    return sorted(command.commands)  # type: ignore[attr-defined]


def test_every_command_stands_in_the_readme() -> None:
    assert len(command_names()) == 16
    assert [name for name in command_names() if f"`ibid {name}" not in README] == []


def test_every_link_and_picture_of_the_documents_exists() -> None:
    for document in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "BENCHMARKS.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / document).read_text()):
            assert (ROOT / target).exists(), f"{document}: {target}"


def test_the_two_commands_and_the_targets_of_the_documents_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    documents = README + (ROOT / "CONTRIBUTING.md").read_text() + (ROOT / "BENCHMARKS.md").read_text()
    for target in set(re.findall(r"\bmake ([a-z][a-z-]+)", documents)) - {"an", "it"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.models
def test_the_python_code_of_the_readme_runs(tmp_path: Path) -> None:
    code, _ = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    code = code.replace('Store("library")', f'Store("library", models={str(models_folder())!r})')
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    quote = done.stdout.strip()
    assert "Comprehensive Strategic Partnership Treaty" in quote
    assert quote in (ROOT / "seeds" / "a-treaty-in-pyongyang.md").read_text()


def test_the_question_file_of_the_readme_can_be_measured(tmp_path: Path) -> None:
    """Its lines are those of a question file over the built-in articles; its commands and options are there."""
    (lines,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    (commands,) = [code for code in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "ibid eval" in code]
    path = tmp_path / "questions.jsonl"
    path.write_text(lines)
    store = Store(tmp_path / "home", embedder=ToyEmbedder())
    store.sync([ROOT / "seeds"])
    outcomes = evaluate(store, Assistant(store, reranker=ToyReranker()), load_questions(path))
    with store.reading() as reader:
        drafted = list(draft(reader.articles(), reader.passages(), 20))
    store.close()
    assert [one.question.is_answerable for one in outcomes] == [True, False]
    assert len(drafted) == 20
    assert set(drafted[0]) == set(json.loads(lines.splitlines()[0]))
    known = {option for one in get_command(app).commands["eval"].params for option in one.opts}  # type: ignore[attr-defined]
    assert set(re.findall(r"--[a-z]+", commands)) <= known


def test_the_wheel_holds_all_that_it_needs(tmp_path: Path) -> None:
    """Built and unpacked elsewhere, it has the built-in articles, the coefficients and the page's files."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--target", str(tmp_path / "site"), str(wheel)]
    subprocess.run(install, check=True)
    code = (
        "import index, qa, seeds, sys, pathlib;"
        "from qa.decide import load_decision; from importlib.resources import files;"
        "assert pathlib.Path(seeds.__file__).is_relative_to(sys.argv[1]), seeds.__file__;"
        "assert len(list(pathlib.Path(seeds.__file__).parent.glob('*.md'))) == 5;"
        "load_decision(); assert files('qa.chat').joinpath('style.css').read_text();"
        "assert files('qa').joinpath('report.html').read_text() and files('qa').joinpath('ibid.service').read_text();"
        "assert files('qa.chat').joinpath('words', 'de.json').read_text();"
        "sys.argv = ['ibid', '--help']; from qa.cli import main; main()"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    command = [sys.executable, "-c", code, str(tmp_path / "site")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ask" in done.stdout
    assert not list((tmp_path / "site").glob("tests*"))


def test_the_project_names_no_registry_host() -> None:
    """The lock and the documents name packages, never where they are served from."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org")
    for name in tracked:
        if Path(name).suffix in (".md", ".txt", ".toml", ".py", "") and (ROOT / name).is_file():
            text = (ROOT / name).read_text(errors="replace")
            assert not [host for host in hosts if host in text], name
