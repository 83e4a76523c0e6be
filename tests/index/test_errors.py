"""The tree of errors."""

import inspect

from index import errors
from index.errors import IbidError

CLASSES = [one for _, one in inspect.getmembers(errors, inspect.isclass)]


def test_one_class_catches_every_error() -> None:
    assert all(issubclass(one, IbidError) for one in CLASSES)


def test_the_tree_names_every_error() -> None:
    """The drawing at the top of the file is complete."""
    drawing = errors.__doc__ or ""
    assert [one.__name__ for one in CLASSES if one.__name__ not in drawing] == []


def test_no_error_hides_one_of_pythons_own() -> None:
    assert not {one.__name__ for one in CLASSES} & set(dir(__builtins__))
