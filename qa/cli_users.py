"""The commands for those who may use a chat that is shared."""

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from qa.cli_options import note

users_app = typer.Typer(no_args_is_help=True, help="Who may use a chat that is shared.")
AuthOption = Annotated[Path, typer.Option("--auth", envvar="IBID_AUTH", help="The file of users.")]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin, one line.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME")]


@users_app.command()
def add(
    name: NameArgument,
    auth: AuthOption,
    owner: Annotated[bool, typer.Option("--owner", help="May also change the library.")] = False,
    password_stdin: StdinOption = False,
) -> None:
    """Add a user; the password is asked for twice."""
    from qa.users import Users

    Users(auth).add(name, _password(is_on_stdin=password_stdin), is_owner=owner)
    note(f"added {name}{', who may change the library' if owner else ''}")


@users_app.command()
def password(name: NameArgument, auth: AuthOption, password_stdin: StdinOption = False) -> None:
    """Give a user another password."""
    from qa.users import Users

    Users(auth).change_password(name, _password(is_on_stdin=password_stdin))
    note(f"{name} has a new password")


@users_app.command()
def remove(name: NameArgument, auth: AuthOption) -> None:
    """Take a user away, at once; the user's conversations stay until they are deleted."""
    from qa.users import Users

    Users(auth).remove(name)
    note(f"removed {name}")


@users_app.command("list")
def list_users(auth: AuthOption) -> None:
    """List the users."""
    from qa.users import Users

    for user in Users(auth).listed():
        print(f"{user.name}  {'owner' if user.is_owner else 'user'}")


def _password(*, is_on_stdin: bool) -> str:
    if is_on_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise typer.BadParameter("there is no terminal to ask for a password on: give it with --password-stdin")
    first, again = getpass("Password: "), getpass("Again: ")
    if first != again:
        raise typer.BadParameter("the two passwords differ: nothing was changed")
    return first
