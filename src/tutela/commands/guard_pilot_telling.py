"""``tutela guard pilot answer`` and ``event``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tutela.commands.guard_pilot_device import chosen, device_options, opened, say
from tutela.kernel.errors import Invalid

#: When somebody who takes part is asked, and what can be told to have got worse.
MOMENTS = ("start", "middle", "end", "feedback")
KINDS = ("distress", "sleep", "conflict", "discovered", "device", "other")


@click.command("answer", short_help="Answer the questions of a moment; each can be skipped.")
@click.argument("moment", type=click.Choice(MOMENTS))
@click.option("--set", "given", multiple=True, metavar="NAME=NUMBER", help="Answer one without being asked.")
@device_options
def answer_command(moment: str, *, given: Sequence[str], folder: Path | None, passphrase_stdin: bool) -> int:
    """Answer the questions of a MOMENT, one after the other; Enter skips one. Nothing is sent.

    Answering again replaces what was answered for that moment.

    \b
    Example:
      tutela guard pilot answer start
    """
    from tutela.prevent.guard.pilot.questions import questions_at
    from tutela.prevent.guard.pilot.taking_part import answer
    from tutela.prevent.guard.pilot.wording import asked

    device = opened(folder, passphrase_stdin=passphrase_stdin)
    state = device.state()
    told: dict[str, object] = dict(_given(one) for one in given)
    if not given:
        say(state, "skip")
        for question in questions_at(moment):
            told[question.name] = chosen(*asked(question, state.agreed.language), may_skip=True)
    say(answer(device, moment, told), "kept")
    return 0


def _given(untrusted_text: str) -> tuple[str, int | None]:
    name, equals, number = untrusted_text.partition("=")
    if not equals or (number and not number.isdecimal()):
        raise Invalid("NAME=NUMBER, or NAME= to skip it", field="--set")
    return name, int(number) if number else None


@click.command("event", short_help="Tell of something that got worse.")
@click.option("--kind", type=click.Choice(KINDS), help="What got worse; asked by default.")
@click.option("--severity", type=click.IntRange(1, 3), help="1 a little, 2 clearly, 3 needed help.")
@device_options
def event_command(
    *, kind: str | None, severity: int | None, folder: Path | None, passphrase_stdin: bool
) -> int:
    """Tell of something that got worse while you take part. Kept here; nothing is sent by itself.

    \b
    Example:
      tutela guard pilot event --kind sleep --severity 1
    """
    from tutela.prevent.guard.pilot.taking_part import tell_event
    from tutela.prevent.guard.pilot.wording import words_for

    device = opened(folder, passphrase_stdin=passphrase_stdin)
    state = device.state()
    words = words_for(state.agreed.language)
    say(state, "help", contact=state.study.contact)
    if kind is None:
        kind = KINDS[chosen("", [words.say(f"events.{one}") for one in KINDS]) or 0]
    if severity is None:
        severity = 1 + (chosen("", [words.say(f"events.severity_{one}") for one in (1, 2, 3)]) or 0)
    say(tell_event(device, kind, severity), "kept")
    return 0
