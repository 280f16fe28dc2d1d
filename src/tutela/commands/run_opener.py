"""``tutela run opener``: the process that holds the unsealing key."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.kernel.settings import home


@click.command(
    "opener", short_help="Open one sealed object or address for one named person, and write it down first."
)
@click.pass_obj
def command(config: Path | None, /) -> int:
    """Open one sealed object or address for one named person, and write it down first.

    It answers at TUTELA_HOME/sockets/opener.sock. Each opening names a person or process, a purpose and a
    case, and stands in the ledger before a byte is released; where the ledger cannot be written, nothing is
    opened.

    \b
    Example:
      tutela run opener
    """
    from tutela.config import load_with_origin
    from tutela.processes.ending import stop_event
    from tutela.processes.map import check_possessions, process_named
    from tutela.processes.opening import run_opener

    stop = stop_event()
    loaded = load_with_origin(config)
    check_possessions(process_named("opener"), loaded.origin)
    run_opener(loaded.values, home(), stop, say=click.echo)
    return 0
