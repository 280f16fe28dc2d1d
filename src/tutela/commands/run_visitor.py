"""``tutela run visitor``: the process in which Chromium shows pages that one fetch does not reach."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.kernel.settings import home


@click.command("visitor", short_help="Visit a page in Chromium for an analyst, of which words come out.")
@click.pass_obj
def command(config: Path | None, /) -> int:
    """Visit a page in Chromium for an analyst, of which words come out.

    It answers at TUTELA_HOME/sockets/visitor.sock; each visit has a browser of its own, in memory, whose one
    way to the network is the guarded proxy. Pictures of the pages are sealed into the vault. tutela up starts
    it where visits.enabled says so. Under a sample mandate it visits names under .test only. Chromium's own
    sandbox does not run as root.

    \b
    Example:
      tutela run visitor
    """
    from tutela.config import load_with_origin
    from tutela.hotline.people.configuration import configuration_in_force
    from tutela.kernel.egress.guarding import guard_of
    from tutela.processes.ending import stop_event
    from tutela.processes.map import check_possessions, process_named
    from tutela.processes.rehearsing import RehearsalGuard
    from tutela.processes.visiting import browsers, run_visitor

    stop = stop_event()
    loaded = load_with_origin(config)
    check_possessions(process_named("visitor"), loaded.origin)
    guard = guard_of(loaded.values.egress)
    if configuration_in_force(home()).mandate.rehearsal:
        click.echo("a rehearsal: only names under .test are visited")
        guard = RehearsalGuard(guard)
    start = browsers(guard, loaded.values.visits)
    run_visitor(start, loaded.values, home(), stop, say=click.echo)
    return 0
