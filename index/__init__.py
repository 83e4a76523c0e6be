"""The index: from a folder of articles to passages that can be found.

>>> from index import Store
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.errors import IbidError
    from index.passage import Article, Filters, Hit, Passage
    from index.store import Store

__all__ = ["Article", "Filters", "Hit", "IbidError", "Passage", "Store"]

_HOMES = {"Store": "index.store", "IbidError": "index.errors"}


def __getattr__(name: str) -> object:
    """Load a public name when it is asked for, so that the package itself loads at once."""
    if name not in __all__:
        raise AttributeError(f"module 'index' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "index.passage")), name)
