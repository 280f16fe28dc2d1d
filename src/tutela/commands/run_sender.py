"""``tutela run sender``: the process that hands notices to the mail server."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.kernel.settings import home


@click.command("sender", short_help="Hand notices to the mail server, each at most once.")
@click.option(
    "--name", default="sender", show_default=True, metavar="NAME", help="What its claims are called."
)
@click.pass_obj
def command(config: Path | None, /, *, name: str) -> int:
    """Hand notices to the mail server, each at most once, the urgent ones first.

    A notice whose sending was interrupted is in doubt: it waits for evidence or for a person (tutela
    notices list --state in_doubt) and is never sent again by itself. Each sender has a name of its own;
    under the same name it finds at once what it was sending when it died.

    \b
    Example:
      tutela run sender
    """
    from tutela.config import load_with_origin
    from tutela.processes.ending import stop_event
    from tutela.processes.map import check_possessions, process_named
    from tutela.processes.sending import run_sender

    stop = stop_event()
    loaded = load_with_origin(config)
    check_possessions(process_named("sender"), loaded.origin)
    run_sender(name, loaded.values, home(), stop, say=click.echo)
    return 0
