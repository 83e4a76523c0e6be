"""Names of people, as far as their form tells."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.names import is_name, site_share, split_names


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee", "J. R. Doe", "J.R. Doe", "Nadine Khlat-Moreau", "Kim Jong-un", "KAAREL VESMAA", "Ann van Lee", "María de la Cruz",
        "Omar al-Jubouri",
        "Pat O'Brien", "Ünal Çelik", "Dr Achta Mahamat Seid", "Martin King Jr.", "Ann Lee, Ph.D.", "Мария Иванова",
    ],
)  # fmt: skip
def test_a_name_is_told(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Ann", "ann lee", "South Asia", "Train Across Siberia", "Valley News", "The Editors", "Editorial Board", "Staff Reporter",
        "Word Press Admin",
        "New York", "Relief Council", "Ann Lee 2", "Ann Lee and Bo Day", "https://x.org", "jdoe42", "Land and Sea", "A B C D E F",
        "Press Office",
    ],
)  # fmt: skip
def test_other_words_are_no_name(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ann Lee", ("Ann Lee",)),
        ("Ann Lee and Bo Day", ("Ann Lee", "Bo Day")),
        ("Ann Lee, Bo Day & Cy Fox", ("Ann Lee", "Bo Day", "Cy Fox")),
        ("Ann Lee, Bo Day, and Cy Fox", ("Ann Lee", "Bo Day", "Cy Fox")),
        ("Lee, Ann; Day, Bo", ("Ann Lee", "Bo Day")),
        ("Lee, Ann", ("Ann Lee",)),
        ("Ann Lee; Ann Lee", ("Ann Lee",)),
    ],
)
def test_a_list_of_names_is_taken_apart(line: str, names: tuple[str, ...]) -> None:
    assert split_names(line) == names


@pytest.mark.parametrize(
    "line", ["", "Ann Lee, Reuters", "Ann Lee and others", "Ann Lee, Marlow News", "Salt, timber and tea", ";", ", and "]
)
def test_a_list_with_anything_else_in_it_is_none(line: str) -> None:
    assert split_names(line) == ()


@given(line=st.text(max_size=80))
@settings(max_examples=60)
def test_what_is_taken_apart_are_names(line: str) -> None:
    assert all(is_name(name) for name in split_names(line))


def test_words_of_sites_are_told_from_others() -> None:
    assert (site_share("WORKING PAPER 23-04"), site_share("The old harbour"), site_share("Salt")) == (1, 2 / 3, 0)
