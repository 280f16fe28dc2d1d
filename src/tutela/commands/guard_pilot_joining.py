"""``tutela guard pilot join`` and ``leave``."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.guard_pilot_device import chosen, device_options, opened, say
from tutela.kernel.errors import Refused

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
@device_options
def join_command(
    code: str,
    *,
    study_file: Path,
    clinic: str,
    language: str,
    folder: Path | None,
    passphrase_stdin: bool,
) -> int:
    """Take part in a study with the CODE on your card: read what it is, and say yes or no.

    The study file counts only when the clinic on your card signed it. Nothing is sent.

    \b
    Example:
      tutela guard pilot join 7K3Q-... --study study --clinic 9D2M-...
    """
    from tutela.kernel.custody.notes import NOTE_BYTES_MAX
    from tutela.prevent.guard.pilot.taking_part import checked_study, join
    from tutela.prevent.guard.pilot.wording import consent_paragraphs, words_for

    device = opened(folder, passphrase_stdin=passphrase_stdin)
    note = read_small(study_file, NOTE_BYTES_MAX)
    paragraphs = consent_paragraphs(checked_study(note, clinic, device.today), language)
    for paragraph in paragraphs[:-1]:
        click.echo(f"{paragraph}\n", err=True)
    words = words_for(language)
    if chosen(paragraphs[-1], (words.say("consent.yes"), words.say("consent.no"))) != _YES:
        raise Refused(words.say("told.forgotten"))
    state = join(device, code, note, clinic=clinic, language=language)
    say(state, "joined")
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
    from tutela.prevent.guard.pilot.state import forget as forget_state

    device = opened(folder, passphrase_stdin=passphrase_stdin)
    if not take_back and not forget:
        say(taking_part.leave(device, reason), "left")
        return 0
    state = device.state()
    taken = sending.take_back(state, Poster().post) if take_back else 0
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
