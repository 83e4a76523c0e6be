"""The structure that a reader would otherwise have to remember."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for room in ("index", "qa") for path in (ROOT / room).rglob("*.py"))
ORDER = (
    "index.errors", "index.passage", "index.dates", "index.names", "index.byline", "index.formulas", "index.outline",
    "index.boilerplate", "index.read.metadata", "index.read.ignore", "index.read.walk", "index.read.decode", "index.read.extract",
    "index.read.declared", "index.read.html", "index.read.archive", "index.read.blocks", "index.read.typeset", "index.read.pdf",
    "index.read.office", "index.read.odt", "index.read.epub", "index.read.mail", "index.read.worker", "index.read.sandbox",
    "index.read.article", "index.read.file", "index.chunk", "index.models", "index.fetch", "index.adapt", "index.onnx", "index.embed",
    "index.schema", "index.connection", "index.compare", "index.catalog", "index.atlas", "index.vectors", "index.home", "index.seal",
    "index.generation", "index.backup", "index.plan", "index.verify", "index.sync", "index.reader", "index.store", "index.watch",
    "qa.answer", "qa.language", "qa.spelling", "qa.retrieve", "qa.rerank", "qa.evidence", "qa.excerpts", "qa.decide", "qa.reading",
    "qa.choose", "qa.assistant", "qa.turn", "qa.suggest", "qa.wanted", "qa.reference", "qa.conversations", "qa.render", "qa.library",
    "qa.progress", "qa.questions", "qa.batch", "qa.show", "qa.measures", "qa.evaluate", "qa.scores", "qa.draft", "qa.plots", "qa.report",
    "qa.users", "qa.chat.speech", "qa.chat.log", "qa.chat.desk", "qa.chat.members", "qa.chat.watch", "qa.chat.guard",
    "qa.chat.markup", "qa.chat.reading", "qa.chat.export", "qa.chat.filters", "qa.chat.views", "qa.chat.charts",
    "qa.chat.talk", "qa.chat.parts", "qa.chat.api", "qa.chat.sidebar", "qa.chat.shelves", "qa.chat.page", "qa.chat.serve",
    "qa.tools", "qa.cli_options", "qa.cli_library", "qa.cli_models", "qa.cli_eval", "qa.cli_serve", "qa.cli_users", "qa.cli",
)  # fmt: skip
OWNERS = {
    "chromadb": ("index.vectors",),
    "sentence_transformers": ("index.embed",),
    "torch": ("index.embed",),
    "transformers": ("index.embed",),
    "onnx": ("index.adapt",),
    "safetensors": ("index.adapt",),
    "onnxruntime": ("index.onnx",),
    "tokenizers": ("index.onnx",),
    "sqlite3": ("index.connection", "qa.conversations"),
    "trafilatura": ("index.read.html",),
    "pypdf": ("index.read.pdf",),
    "docx": ("index.read.office",),
    "pptx": ("index.read.office",),
    "striprtf": ("index.read.office",),
    "pathspec": ("index.read.ignore",),
    "watchfiles": ("index.watch",),
    "nupunkt": ("index.chunk",),
    "markdown_it": ("index.outline",),
    "huggingface_hub": ("index.fetch",),
    "mcp": ("qa.tools",),
    "gradio": ("qa.chat.api", "qa.chat.page", "qa.chat.parts", "qa.chat.serve", "qa.chat.shelves", "qa.chat.sidebar", "qa.chat.speech"),
    "starlette": ("qa.chat.guard",),
    "ir_measures": ("qa.measures",),
    "matplotlib": ("qa.plots",),
    "py3langid": ("qa.language",),
    "typer": ("qa.cli", "qa.cli_eval", "qa.cli_library", "qa.cli_models", "qa.cli_options", "qa.cli_serve", "qa.cli_users"),
    "rich": ("qa.progress", "qa.report"),
}
FRONTS = ("index", "qa", "index.passage", "index.chunk", "qa.answer", "qa.cli")
HEAVY = ("chromadb", "torch", "sentence_transformers", "onnxruntime", "gradio", "transformers", "numpy", "matplotlib", "ir_measures")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports name the whole path"
            yield node.module or ""


def test_every_module_has_its_place_in_the_line() -> None:
    """A new module is put into ORDER, so that its place is chosen and not found."""
    fronts = {"index", "qa", "index.read", "qa.chat"}
    assert {module_name(path) for path in SOURCES} - fronts == set(ORDER)


def test_imports_point_backwards_in_the_line() -> None:
    """A module imports only modules before it: so `index` never imports `qa`, and there is no cycle."""
    for path in SOURCES:
        name = module_name(path)
        if name not in ORDER:
            continue
        for other in imports(path):
            if other.split(".")[0] in ("index", "qa"):
                assert other in ORDER, f"{name} imports the front door {other}"
                assert ORDER.index(other) < ORDER.index(name), f"{name} imports {other}, which stands behind it"


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_has_one_owner(library: str) -> None:
    """A heavy or foreign library is imported in its owner alone."""
    users = {module_name(path) for path in SOURCES if library in {one.split(".")[0] for one in imports(path)}}
    assert users == set(OWNERS[library])


@pytest.mark.parametrize("front", FRONTS)
def test_front_doors_are_light(front: str) -> None:
    """Importing a noun or the command line loads no heavy library."""
    code = f"import sys, {front}; print([one for one in {HEAVY} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_functions_and_files_are_short() -> None:
    """No function is longer than 40 lines without its docstring, no file longer than 250."""
    for path in SOURCES:
        text = path.read_text()
        assert len(text.splitlines()) <= 250, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[0]
                doc = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0
                assert (node.end_lineno or 0) - node.lineno + 1 - doc <= 40, f"{path}: {node.name}"


def test_public_functions_take_named_options_only() -> None:
    """No public function hides its options behind `**kwargs`."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                assert node.args.kwarg is None, f"{path}: {node.name}"


def test_private_names_stay_at_home() -> None:
    """No module imports a private name of another."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("index", "qa"):
                assert not [alias.name for alias in node.names if alias.name.startswith("_")], path


def test_words_of_other_projects_are_not_ours() -> None:
    """No module is called utils, helpers, common, base or manager."""
    assert not [path for path in SOURCES if path.stem in ("utils", "helpers", "common", "base", "manager", "types")]
