"""What the commands of somebody who takes part share: their folder, their passphrase, their language."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Invalid, Refused

if TYPE_CHECKING:
    from tutela.prevent.guard.pilot.state import State
    from tutela.prevent.guard.pilot.taking_part import Device

F = TypeVar("F", bound=Callable[..., Any])


def device_options(command: F) -> F:
    """The options that say whose device this is."""
    for option in (
        click.option(
            "--passphrase-stdin",
            is_flag=True,
            help="Read the passphrase from the first line of standard input.",
        ),
        click.option(
            "--folder",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="FOLDER",
            help="The guard's folder; found by itself by default.",
        ),
    ):
        command = option(command)
    return command


def opened(folder: Path | None, *, passphrase_stdin: bool) -> Device:
    """The device, its passphrase asked. Raises Refused where nothing is set up here or it is wrong."""
    from tutela.prevent.guard.person.folder import Folder, find
    from tutela.prevent.guard.pilot.alone import find_alone
    from tutela.prevent.guard.pilot.taking_part import open_device

    found = Folder(folder) if folder else find_alone(data_place()) or find(data_place())
    if found is None:
        raise Refused("nothing is set up here: tutela guard setup, or take part with --alone")
    found.check()
    return open_device(found, asked_passphrase(passphrase_stdin=passphrase_stdin), SystemClock())


def data_place() -> Path:
    """Where a person's programs keep their data."""
    from tutela.prevent.guard.person.folder import data_home

    return data_home(os.environ, Path.home())


def asked_passphrase(*, passphrase_stdin: bool, new: bool = False) -> str:
    """The passphrase, typed unseen; a new one twice."""
    if passphrase_stdin:
        return sys.stdin.readline().rstrip("\n")
    typed: str = click.prompt("passphrase", hide_input=True, confirmation_prompt=new, err=True)
    return typed


def say(state: State, name: str, /, **words: object) -> None:
    """Say a sentence in the language in which somebody agreed."""
    from tutela.prevent.guard.pilot.wording import words_for

    click.echo(words_for(state.agreed.language).say(f"told.{name}", **words), err=True)


def chosen(question: str, answers: Sequence[str], *, may_skip: bool = False) -> int | None:
    """Which answer was typed, the first one 0; None where it was skipped. Raises Invalid for another one."""
    click.echo(question, err=True)
    for number, answer in enumerate(answers):
        click.echo(f"  {number}  {answer}", err=True)
    typed: str = click.prompt("", prompt_suffix="> ", default="", show_default=False, err=True).strip()
    if not typed and may_skip:
        return None
    if not typed.isdecimal() or int(typed) >= len(answers):
        raise Invalid(f"0 to {len(answers) - 1}", field="answer")
    return int(typed)
