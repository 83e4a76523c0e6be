"""The command line of a chat that is shared."""

import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.cli import main
from qa.users import Users

Ibid = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ibid(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ibid:
    """Run a command in this process; return its exit status, stdout and stderr."""

    def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ibid", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return run


def test_users_are_added_listed_given_passwords_and_removed(ibid: Ibid, tmp_path: Path) -> None:
    auth = ("--auth", str(tmp_path / "users"))
    assert ibid("user", "add", "ann", *auth, "--owner", "--password-stdin", stdin="correct horse\n")[0] == 0
    assert ibid("user", "add", "bob", *auth, "--password-stdin", stdin="battery staple")[0] == 0
    assert ibid("user", "list", *auth)[:2] == (0, "ann  owner\nbob  user\n")
    assert ibid("user", "password", "bob", *auth, "--password-stdin", stdin="another staple\n")[0] == 0
    assert Users(tmp_path / "users").check("bob", "another staple")
    assert ibid("user", "remove", "bob", *auth)[0] == 0
    assert ibid("user", "list", *auth)[1] == "ann  owner\n"


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        (("add", "ann", "--password-stdin"), "correct horse\n", "already"),
        (("add", "eve", "--password-stdin"), "short\n", "8 to 1000 characters; this one has 5"),
        (("add", "eve", "--password-stdin"), "", "8 to 1000 characters; this one has 0"),
        (("add", "a:b", "--password-stdin"), "correct horse\n", "cannot be a user's name"),
        (("remove", "eve"), "", "no user 'eve'"),
        (("password", "eve", "--password-stdin"), "correct horse\n", "no user 'eve'"),
    ],
)
def test_what_will_not_do_is_status_1_and_changes_nothing(
    ibid: Ibid, tmp_path: Path, words: tuple[str, ...], stdin: str, told: str
) -> None:
    path = tmp_path / "users"
    Users(path).add("ann", "correct horse")
    before = path.read_bytes()
    status, out, err = ibid("user", *words, "--auth", str(path), stdin=stdin)
    assert (status, out) == (1, "") and told in err and path.read_bytes() == before


def test_a_password_is_never_read_from_what_is_no_terminal_unasked(ibid: Ibid, tmp_path: Path) -> None:
    status, _, err = ibid("user", "add", "ann", "--auth", str(tmp_path / "users"), stdin="correct horse\n")
    assert status == 2 and "--password-stdin" in err and not (tmp_path / "users").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--trust", "*"), "is no host name"), (("--trust", "https://ibid.example"), "is no host name"),
        (("--root-path", "ibid"), "is no path"),
        (("--allow", "/nowhere/at/all"), "is not a folder"), (("--rate", "-1"), "--rate"), (("--log", "xml"), "--log"),
    ],
)  # fmt: skip
def test_a_wrong_option_of_the_chat_is_status_2_before_anything_is_loaded(ibid: Ibid, words: tuple[str, ...], told: str) -> None:
    status, out, err = ibid("chat", *words)
    assert (status, out) == (2, "") and told in " ".join(err.replace("│", " ").split())


def test_a_chat_without_its_users_does_not_start(ibid: Ibid, tmp_path: Path) -> None:
    """Rather than let everyone in."""
    status, _, err = ibid("chat", "--no-open", "--auth", str(tmp_path / "none"), "--home", str(tmp_path / "home"))
    assert status == 1 and "ibid user add NAME --auth" in err
    assert not (tmp_path / "home").exists()


def test_the_unit_for_systemd_is_sound(ibid: Ibid, tmp_path: Path) -> None:
    status, unit, _ = ibid("chat", "--print-unit")
    assert status == 0 and "ProtectSystem=strict" in unit and "NoNewPrivileges=yes" in unit
    if shutil.which("systemd-analyze"):
        path = tmp_path / "ibid.service"
        path.write_text(unit.replace("/opt/ibid/bin/ibid", sys.executable))
        done = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
