"""What `index` shows at its front door."""

import pytest

import index


@pytest.mark.parametrize("name", index.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(index, name).__name__ == name
    assert getattr(index, name).__module__.startswith("index.")


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="'index' has no attribute 'nothing'"):
        _ = index.nothing
