"""``tutela guard run``: the guard in this process."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from tutela.commands.guard_device import folder_option, its_folder
from tutela.kernel.errors import Unavailable

#: Seconds between two looks whether it still serves.
LOOK_SECONDS = 0.5


@click.command("run", short_help="Run it here, until it is ended.")
@folder_option
@click.option("--port", type=click.IntRange(0, 65535), help="Another port than the one that was set up.")
@click.option(
    "--trusted",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Certificates (PEM) that sites are checked against, instead of the device's own.",
)
def command(*, folder: Path | None, port: int | None, trusted: Path | None) -> int:
    """Run the guard of this device until it gets SIGTERM or SIGINT.

    The set-up has it started with every session; this is for a device without such a start, and for trying.

    \b
    Example:
      tutela guard run
    """
    found = its_folder(folder)
    try:
        from tutela.prevent.guard.running.guard import RunningGuard, Start
    except ModuleNotFoundError as error:
        raise Unavailable(
            f"the guard runs in an environment of its own, and {error.name} is not in this one"
            ' (make .venv-guard, or pip install "tutela[guard]")'
        ) from error
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    with RunningGuard(Start(folder=found, port=port, trusted=trusted)) as guard:
        click.echo(f"it runs: 127.0.0.1:{guard.port}, your page: {guard.address}")
        while guard.alive and not ending.wait(LOOK_SECONDS):
            pass
        ended_by_itself = not guard.alive
    if ended_by_itself:
        raise Unavailable("it ended by itself; whoever started it starts it again")
    return 0
