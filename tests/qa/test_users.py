"""Who may use a chat that is shared."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UserError
from qa.users import SHORTEST_PASSWORD, Users

PASSWORD = "correct horse"


@pytest.fixture
def users(tmp_path: Path) -> Users:
    users = Users(tmp_path / "users")
    users.add("ann", PASSWORD, is_owner=True)
    users.add("bob", "battery staple")
    return users


def test_a_password_opens_for_its_user_alone(users: Users) -> None:
    assert users.check("ann", PASSWORD)
    assert not users.check("bob", PASSWORD) and not users.check("eve", PASSWORD) and not users.check("ann", PASSWORD + " ")
    assert users.is_owner("ann") and not users.is_owner("bob") and not users.is_owner("eve")


def test_no_password_stands_in_the_file_and_equal_ones_look_different(users: Users) -> None:
    users.add("cid", PASSWORD)
    text = users.path.read_text()
    assert PASSWORD not in text
    secrets = {line.split(":")[2] for line in text.splitlines()}
    assert len(secrets) == 3 and all(one.startswith("scrypt$") for one in secrets)


def test_the_file_is_its_users_alone_and_is_refused_when_others_may_read_it(users: Users) -> None:
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600
    users.path.chmod(0o644)
    with pytest.raises(UserError, match="chmod 600"):
        Users(users.path).listed()


def test_what_another_process_changes_is_seen_at_once(users: Users) -> None:
    other = Users(users.path)
    assert users.knows("bob")
    other.remove("bob")
    assert not users.knows("bob") and not users.check("bob", "battery staple")
    other.change_password("ann", "another password")
    assert users.check("ann", "another password") and not users.check("ann", PASSWORD) and users.is_owner("ann")


def test_a_name_that_is_written_otherwise_is_the_same_user(users: Users) -> None:
    """The same letters in another form of Unicode, or with blanks around, are one name and one password."""
    users.add("zoé", "pass\u0065\u0301word")
    assert users.check(" zoe\u0301", "pass\u00e9word")


@pytest.mark.parametrize("name", ["", " ", "a:b", "a\nb", "a b", "x" * 65, "../x"])
def test_a_name_that_will_not_do_is_refused_and_nothing_is_written(users: Users, name: str) -> None:
    before = users.path.read_bytes()
    with pytest.raises(UserError, match="cannot be a user's name"):
        users.add(name, PASSWORD)
    assert users.path.read_bytes() == before


def test_nothing_is_overwritten_by_mistake(users: Users) -> None:
    with pytest.raises(UserError, match="ibid user password ann"):
        users.add("ann", PASSWORD)
    with pytest.raises(UserError, match="no user 'eve'"):
        users.remove("eve")
    with pytest.raises(UserError, match="8 to 1000 characters"):
        users.add("eve", "x" * (SHORTEST_PASSWORD - 1))
    assert [one.name for one in users.listed()] == ["ann", "bob"]


@pytest.mark.parametrize("text", ["ann", "ann:boss:scrypt$1$1$1$a$b\n", "ann:user:md5$x\n", "\n", "ann:user:scrypt$x$8$5$00$00"])
def test_a_damaged_file_lets_nobody_in(tmp_path: Path, text: str) -> None:
    path = tmp_path / "users"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(UserError, match="line 1 is not a user"):
        Users(path).check("ann", PASSWORD)


def test_a_missing_file_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="ibid user add NAME --auth"):
        Users(tmp_path / "none").listed()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_file_that_cannot_be_written_is_told(users: Users) -> None:
    users.path.parent.chmod(0o500)
    with pytest.raises(UserError, match="name another file"):
        users.add("eve", PASSWORD)


@settings(max_examples=5)
@given(password=st.text(min_size=SHORTEST_PASSWORD, max_size=40))
def test_any_password_is_its_own_key(tmp_path_factory: pytest.TempPathFactory, password: str) -> None:
    users = Users(tmp_path_factory.mktemp("users") / "users")
    users.add("ann", password)
    assert users.check("ann", password) and not users.check("ann", password + "x")
