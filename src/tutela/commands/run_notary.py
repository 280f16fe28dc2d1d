"""``tutela run notary``: the process that signs the log."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.kernel.settings import home


@click.command("notary", short_help="Sign how large the log is, every few minutes.")
@click.option(
    "--every",
    type=click.FloatRange(0.1, 600.0),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="Time between two checkpoints.",
)
@click.pass_obj
def command(config: Path | None, /, *, every: float) -> int:
    """Sign how large the log is and its root, every few minutes, and once more at the end.

    It alone holds the log's key. Where the log is not what its last checkpoint says, it signs nothing more
    and ends: tutela log fsck says what is wrong.

    \b
    Example:
      tutela run notary
    """
    from tutela.config import load_with_origin
    from tutela.processes.ending import stop_event
    from tutela.processes.map import check_possessions, process_named
    from tutela.processes.notarising import run_notary

    stop = stop_event()
    check_possessions(process_named("notary"), load_with_origin(config).origin)
    run_notary(home(), stop, seconds=every, say=click.echo)
    return 0
