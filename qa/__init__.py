"""From a question to the quotes that answer it.

>>> from qa import Assistant
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answer import Answer, Citation
    from qa.assistant import Assistant

__all__ = ["Answer", "Assistant", "Citation"]


def __getattr__(name: str) -> object:
    """Load a public name when it is asked for, so that the package itself loads at once."""
    if name not in __all__:
        raise AttributeError(f"module 'qa' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module("qa.assistant" if name == "Assistant" else "qa.answer"), name)
