"""``tutela guard pilot show`` and ``send``: the bytes first, then exactly these."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.guard_pilot_device import device_options, opened, say


@click.command("show", short_help="See the exact bytes that would be sent.")
@device_options
def show_command(*, folder: Path | None, passphrase_stdin: bool) -> int:
    """See the exact bytes that would be sent, and their digest. Nothing is sent.

    The bytes alone go to standard output: ``tutela guard pilot show | sha256sum`` gives the digest too.

    \b
    Example:
      tutela guard pilot show
    """
    from tutela.prevent.guard.pilot.sending import digest_of
    from tutela.prevent.guard.pilot.taking_part import show

    device = opened(folder, passphrase_stdin=passphrase_stdin)
    report = show(device)
    click.echo(report.decode("ascii"), nl=False)
    say(device.state(), "shown", digest=digest_of(report))
    return 0


@click.command("send", short_help="Send exactly what you saw.")
@click.option("--agree", required=True, metavar="DIGEST", help="The digest that ``show`` told.")
@device_options
def send_command(*, agree: str, folder: Path | None, passphrase_stdin: bool) -> int:
    """Send exactly the bytes that ``show`` showed, sealed so that the clinic alone opens them.

    What did not arrive can be sent again; the clinic counts it once.

    \b
    Example:
      tutela guard pilot send --agree 9f86d081...
    """
    from tutela.kernel.egress.posting import Poster
    from tutela.prevent.guard.pilot.sending import send_shown

    device = opened(folder, passphrase_stdin=passphrase_stdin)
    state = send_shown(device, agree, Poster().post)
    say(state, "sent", clinic=state.study.clinic)
    return 0
