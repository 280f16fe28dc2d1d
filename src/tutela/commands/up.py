"""``tutela up``: every process of the hotline, kept alive."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tutela.kernel.errors import Refused
from tutela.kernel.settings import home


@click.command("up", short_help="Start every process of the hotline and keep them alive.")
@click.pass_obj
def command(config: Path | None, /) -> int:
    """Start every process of the hotline and keep them alive.

    First it checks what tutela hotline check checks, and starts nothing where something is missing. Each
    process gets the settings that it may have and no other. What ends is started again, later each time;
    SIGTERM ends all of them, those that ask before those that answer.

    \b
    Example:
      tutela up
    """
    from tutela.config import load_with_origin
    from tutela.kernel.cores import forbid_cores
    from tutela.processes.assembly import parts_of
    from tutela.processes.ending import stop_event
    from tutela.processes.environments import make_empty_settings
    from tutela.processes.supervising import Supervisor

    os.umask(0o077)
    forbid_cores()
    stop = stop_event()
    loaded = load_with_origin(config)
    check_whole(config)
    make_empty_settings(home())
    supervisor = Supervisor(parts_of(loaded, home(), os.environ), click.echo)
    click.echo(f"== hotline in {home().resolve()}")
    return supervisor.run(stop)


def check_whole(config: Path | None) -> None:
    """Return where ``tutela hotline check`` finds nothing missing; it says itself what is. Raises Refused.

    It runs in a process of its own: this one opens no database and reads no key.
    """
    from tutela.processes.starting import python_command, run_to_end

    words = [*(("--config", str(config)) if config else ()), "hotline", "check", "--quiet"]
    if run_to_end(python_command(words)):
        raise Refused("nothing was started: tutela hotline check says above what is missing")
