"""``tutela guard pilot join`` and ``leave``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.guard_pilot_device import (
    asked_passphrase,
    chosen,
    data_place,
    device_options,
    opened,
    say,
)
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Refused

if TYPE_CHECKING:
    from tutela.prevent.guard.pilot.studies import Study
    from tutela.prevent.guard.pilot.taking_part import Device

#: What ``leave`` takes as a reason; nobody has to give one.
REASONS = ("rather_not", "burden", "privacy", "health", "other_help", "no_need")
#: Languages that the texts are written in (``person.words``).
LANGUAGES = ("en", "es", "pt", "fr", "de", "nl")
#: Which of the two answers says yes.
_YES = 0


@click.command("join", short_help="Take part in a study, by your code.")
@click.argument("code")
@click.option(
    "--study",
    "study_file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The clinic's signed study file.",
)
@click.option("--clinic", required=True, metavar="SIGNS", help="The clinic's signs, from your card.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the texts."
)
@click.option("--alone", is_flag=True, help="Without the guard on this device: questions alone.")
@device_options
def join_command(
    code: str,
    *,
    study_file: Path,
    clinic: str,
    language: str,
    alone: bool,
    folder: Path | None,
    passphrase_stdin: bool,
) -> int:
    """Take part in a study with the CODE on your card: read what it is, and say yes or no.

    The study file counts only when the clinic on your card signed it. Nothing is sent. With --alone nothing
    on the device is changed but a folder for your answers, under a passphrase that you choose.

    \b
    Example:
      tutela guard pilot join 7K3Q-... --study study --clinic 9D2M-...
    """
    from tutela.kernel.custody.notes import NOTE_BYTES_MAX
    from tutela.prevent.guard.pilot.codes import read_code
    from tutela.prevent.guard.pilot.taking_part import checked_study, join

    note = read_small(study_file, NOTE_BYTES_MAX)
    study = checked_study(note, clinic, SystemClock().now().date())
    read_code(code, study.name)
    device = None if alone else opened(folder, passphrase_stdin=passphrase_stdin)
    passphrase = asked_passphrase(passphrase_stdin=passphrase_stdin, new=True) if alone else ""
    _ask_consent(study, language)
    device = device or _alone(passphrase)
    say(join(device, code, note, clinic=clinic, language=language), "joined")
    return 0


def _ask_consent(study: Study, language: str) -> None:
    """Return where somebody read all of it and said yes. Raises Refused."""
    from tutela.prevent.guard.pilot.wording import consent_paragraphs, words_for

    paragraphs, words = consent_paragraphs(study, language), words_for(language)
    for paragraph in paragraphs[:-1]:
        click.echo(f"{paragraph}\n", err=True)
    if chosen(paragraphs[-1], (words.say("consent.yes"), words.say("consent.no"))) != _YES:
        raise Refused(words.say("told.forgotten"))


def _alone(passphrase: str) -> Device:
    """A folder for the answers of somebody without the guard."""
    from tutela.prevent.guard.pilot.alone import make_alone
    from tutela.prevent.guard.pilot.taking_part import open_device

    return open_device(make_alone(data_place(), passphrase), passphrase, SystemClock())


@click.command("move", short_help="Take your answers along to the guard that you set up later.")
@device_options
def move_command(*, folder: Path | None, passphrase_stdin: bool) -> int:
    """Take what you told with --alone along to the guard that you set up since: nothing else is left of it.

    First the passphrase of your answers, then that of the guard. Nothing is sent.

    \b
    Example:
      tutela guard pilot move
    """
    from tutela.prevent.guard.person.folder import Folder, find
    from tutela.prevent.guard.pilot.alone import find_alone
    from tutela.prevent.guard.pilot.taking_part import move, open_device

    source, target = find_alone(data_place()), Folder(folder) if folder else find(data_place())
    if source is None or target is None:
        raise Refused("this needs answers that were given with --alone, and a guard that is set up")
    clock = SystemClock()
    mine = open_device(source, asked_passphrase(passphrase_stdin=passphrase_stdin), clock)
    guards = open_device(target, asked_passphrase(passphrase_stdin=passphrase_stdin), clock)
    say(move(mine, guards), "kept")
    return 0


@click.command("leave", short_help="Leave the study, and take back what you sent if you wish.")
@click.option("--reason", type=click.Choice(REASONS), default="rather_not", help="If you wish to say why.")
@click.option("--take-back", is_flag=True, help="Ask the clinic's server to destroy what you sent.")
@click.option("--forget", is_flag=True, help="Leave nothing of the study on this device; send nothing.")
@device_options
def leave_command(
    *, reason: str, take_back: bool, forget: bool, folder: Path | None, passphrase_stdin: bool
) -> int:
    """Leave the study, at any time and without a reason.

    Afterwards nothing is asked any more; ``show`` and ``send`` tell the clinic that you left, if you wish.

    \b
    Example:
      tutela guard pilot leave --take-back
    """
    from tutela.kernel.egress.posting import Poster
    from tutela.prevent.guard.pilot import sending, taking_part
    from tutela.prevent.guard.pilot.alone import is_alone
    from tutela.prevent.guard.pilot.state import forget as forget_state

    device = opened(folder, passphrase_stdin=passphrase_stdin)
    if not take_back and not forget:
        say(taking_part.leave(device, reason), "left")
        return 0
    state = device.state()
    taken = sending.take_back(state, Poster().post) if take_back else 0
    if is_alone(device.folder):
        device.folder.clear()
    else:
        forget_state(device.folder)
    if take_back:
        say(state, "taken_back", count=taken)
    else:
        say(state, "forgotten")
    return 0


def read_small(path: Path, bytes_max: int) -> str:
    """The text of a small file. Raises Refused where none is or it is too large."""
    from tutela.kernel.custody import durable
    from tutela.kernel.errors import Unavailable

    try:
        return durable.read_file(path, bytes_max).decode("utf-8")
    except (LookupError, Unavailable, ValueError) as error:
        raise Refused(f"{path}: there is no such text, or it is too large") from error
