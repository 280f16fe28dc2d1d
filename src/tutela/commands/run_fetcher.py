"""``tutela run fetcher``: the process that meets the internet."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.kernel.settings import home


@click.command("fetcher", short_help="Meet the internet for the others, and seal what comes.")
@click.pass_obj
def command(config: Path | None, /) -> int:
    """Meet the internet for the others, and seal what comes.

    It answers at TUTELA_HOME/sockets/fetcher.sock and is given the rooms egress and custody of the settings,
    never hotline: what fetches does not know where the database is. Half objects of a fetcher that died are
    swept away at the start. Under a sample mandate it fetches names under .test only. Without mandate and
    quorum that enough signers signed it does not start.

    \b
    Example:
      tutela run fetcher
    """
    from tutela.config import load_with_origin
    from tutela.hotline.people.configuration import configuration_in_force
    from tutela.kernel.egress.fetcher_contract import enabled_fetcher
    from tutela.kernel.egress.settings import EgressSettings
    from tutela.processes.ending import stop_event
    from tutela.processes.fetching import run_fetcher, vantage_points
    from tutela.processes.map import check_possessions, process_named
    from tutela.processes.rehearsing import rehearsed

    stop = stop_event()
    loaded = load_with_origin(config)
    check_possessions(process_named("fetcher"), loaded.origin)
    rehearsal = configuration_in_force(home()).mandate.rehearsal
    egress: EgressSettings = loaded.values.egress
    if rehearsal:
        click.echo("a rehearsal: only names under .test are fetched")
    run_fetcher(
        vantage_points(egress, rehearsed(enabled_fetcher) if rehearsal else enabled_fetcher),
        loaded.values,
        home(),
        stop,
        say=click.echo,
    )
    return 0
