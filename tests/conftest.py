"""What the tests share: small folders of articles, stores over them, and where the larger data stand."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from index.models import MODELS, default_models_folder, find_damage, model_folder
from index.store import Store
from tests.toy import ToyEmbedder

settings.register_profile("ibid", deadline=None)  # on a machine that others use, time says nothing about a test
settings.load_profile("ibid")

ROOT = Path(__file__).parent.parent
ARTICLES = {
    "harbour.md": (
        "---\ntitle: The old harbour\nauthor: Ann Lee\npublished: 2021-03-04\n---\n\n# The old harbour\n\n"
        "The harbour of Marlow was built in 1871 by the engineer Ada Quill. It has two piers of granite.\n\n"
        "## Trade\n\nMost ships carried timber and salt. In 1903 the port handled 412 ships.\n"
    ),
    "bridge.txt": (
        "A bridge for the valley\n\nThe valley bridge opened on 5 May 1932. Engineers had planned it for eleven years.\n\n"
        "COST\n\nThe bridge cost 2 million crowns. The town paid half of the money, and the railway paid the rest.\n\n"
        "Related Posts\n\nLeave a Reply\n"
    ),
    "notes/orchard.txt": "Orchards of the north\n\nThe apples of Tarn ripen in October. Growers export pears to Norway every autumn.\n",
}


def test_data() -> Path:
    """Return where larger data stand; `IBID_TEST_DATA` names another place."""
    return Path(os.environ.get("IBID_TEST_DATA", ROOT.parent / "shared"))


def models_folder() -> Path:
    """Return the models folder that a user of this machine has."""
    return Path(os.environ.get("IBID_MODELS") or default_models_folder())


def write_articles(folder: Path) -> Path:
    """Write the small articles into a folder."""
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs models or a browser where they are missing, with the reason; never in CI."""
    is_ci = bool(os.environ.get("CI"))
    missing = [one.name for one in MODELS if one.is_default and find_damage(model_folder(models_folder(), one), one)]
    for item in items:
        if item.get_closest_marker("models") and missing and not is_ci:
            item.add_marker(pytest.mark.skip(reason=f"models are missing: {', '.join(missing)}; `ibid models fetch` brings them"))
        if item.get_closest_marker("browser") and not find_browser() and not is_ci:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def find_browser() -> str | None:
    """Return the path of Chromium or Chrome, or None."""
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    return found[0] if found else str(mac) if mac.exists() else None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three small articles."""
    return write_articles(tmp_path / "articles")


@pytest.fixture
def embedder() -> ToyEmbedder:
    """An embedder that counts what it embeds."""
    return ToyEmbedder()


@pytest.fixture
def store(tmp_path: Path, embedder: ToyEmbedder) -> Iterator[Store]:
    """An empty store with the toy embedder."""
    store = Store(tmp_path / "home", embedder=embedder)
    yield store
    store.close()


@pytest.fixture
def filled(store: Store, folder: Path) -> Store:
    """A store that holds the three small articles."""
    store.sync([folder])
    return store
