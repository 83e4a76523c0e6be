"""Who may use a chat that is shared: a file with a line for each user, and a salted hash in place of the password."""

import hashlib
import hmac
import os
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from index.errors import UserError

SHORTEST_PASSWORD = 8
"""Characters."""
LONGEST_PASSWORD = 1000
_NAME = re.compile(r"[\w.@+-]{1,64}")
_COST = (2**14, 8, 5)
"""Of scrypt: n, r, p; 16 MB and about a quarter of a second for each password that is tried."""
_NOBODY = "scrypt$16384$8$5$00000000000000000000000000000000$" + "0" * 64
"""Compared with for a name that is not there, so that the time tells nothing."""


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may ask; an owner may also change the library."""

    name: str
    is_owner: bool
    secret: str
    """`scrypt$n$r$p$salt$hash`, the last two in hexadecimal digits."""


class Users:
    """The users in a file, which is read again when it has changed. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is made with the first user, readable for its user alone."""
        self.path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._users: dict[str, User] = {}

    def listed(self) -> list[User]:
        """Return the users by name. Raises UserError if the file is missing, damaged or open to others."""
        return sorted(self._read().values(), key=lambda user: user.name)

    def knows(self, name: str) -> bool:
        """Say whether there is such a user."""
        return name in self._read()

    def is_owner(self, name: str) -> bool:
        """Say whether a user may change the library."""
        user = self._read().get(name)
        return user is not None and user.is_owner

    def check(self, name: str, password: str) -> bool:
        """Say whether this is the user's password; it takes as long for a name that is not there."""
        user = self._read().get(_shape(name))
        is_right = _matches(password[:LONGEST_PASSWORD], user.secret if user else _NOBODY)
        return is_right and user is not None

    def add(self, name: str, password: str, *, is_owner: bool = False) -> None:
        """Add a user. Raises UserError if there is one of that name, or name or password will not do."""
        shaped = _shape(name)
        if not _NAME.fullmatch(shaped):
            raise UserError(f"'{name[:64]}' cannot be a user's name: write 1 to 64 letters, digits, or . _ - + @")
        with self._changing() as users:
            if shaped in users.kept:
                raise UserError(f"there is a user '{shaped}' already: give a new password with `ibid user password {shaped}`")
            users.kept[shaped] = User(shaped, is_owner, _secret_of(password))

    def change_password(self, name: str, password: str) -> None:
        """Give a user another password. Raises UserError if there is no such user."""
        with self._changing() as users:
            known = users.required(_shape(name))
            users.kept[known.name] = User(known.name, known.is_owner, _secret_of(password))

    def remove(self, name: str) -> None:
        """Take a user away. Raises UserError if there is no such user."""
        with self._changing() as users:
            del users.kept[users.required(_shape(name)).name]

    def _changing(self) -> "_Change":
        return _Change(self)

    def _read(self) -> dict[str, User]:
        with self._lock:
            try:
                stat = self.path.stat()
                seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
                if seen == self._seen:
                    return self._users
                lines = self.path.read_text(encoding="utf-8").splitlines()
            except FileNotFoundError:
                raise UserError(f"there are no users in '{self.path}': add one with `ibid user add NAME --auth {self.path}`") from None
            except (OSError, UnicodeDecodeError) as error:
                raise UserError(f"users cannot be read from '{self.path}': {error}") from None
            if stat.st_mode & 0o077:
                raise UserError(f"'{self.path}' can be read by others: `chmod 600 {self.path}` closes it")
            self._users, self._seen = _parsed(self.path, lines), seen
            return self._users


class _Change:
    """Users while they are changed: the file is locked, and written in one step if nothing went wrong."""

    def __init__(self, users: Users) -> None:
        from filelock import FileLock

        self._path = users.path
        self._read = users.listed
        self._lock = FileLock(f"{users.path}.lock")
        self.kept: dict[str, User] = {}

    def __enter__(self) -> "_Change":
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except OSError as error:
            raise UserError(f"users cannot be kept in '{self._path}': {error.strerror}; name another file") from None
        self.kept = {user.name: user for user in self._read()} if self._path.exists() else {}
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                _write(self._path, self.kept.values())
        finally:
            self._lock.release()

    def required(self, name: str) -> User:
        """Return a user. Raises UserError if there is no such user."""
        if name not in self.kept:
            raise UserError(f"there is no user '{name}' in '{self._path}'; `ibid user list` names those who are there")
        return self.kept[name]


def _write(path: Path, users: Iterable[User]) -> None:
    lines = "".join(f"{user.name}:{'owner' if user.is_owner else 'user'}:{user.secret}\n" for user in users)
    try:
        with NamedTemporaryFile("w", dir=path.parent, prefix=".users-", delete=False, encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as error:
        raise UserError(f"users cannot be kept in '{path}': {error.strerror}; name another file") from None


def _parsed(path: Path, lines: Iterable[str]) -> dict[str, User]:
    users = {}
    for i, line in enumerate(lines, start=1):
        name, role, secret = (line.split(":") + ["", "", ""])[:3]
        if role not in ("owner", "user") or not _NAME.fullmatch(name) or not re.fullmatch(r"scrypt(\$\d+){3}(\$[0-9a-f]+){2}", secret):
            raise UserError(f"'{path}', line {i} is not a user: take the line away and add the user again")
        users[name] = User(name, role == "owner", secret)
    return users


def _shape(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip()


def _secret_of(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UserError(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; this one has {len(password)}")
    salt = secrets.token_bytes(16)
    return "$".join(["scrypt", *map(str, _COST), salt.hex(), _hash(password, salt, _COST).hex()])


def _matches(password: str, secret: str) -> bool:
    _, n, r, p, salt, kept = secret.split("$")
    return hmac.compare_digest(_hash(password, bytes.fromhex(salt), (int(n), int(r), int(p))).hex(), kept)


def _hash(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    shaped = unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
    return hashlib.scrypt(shaped, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)
