"""``tutela upgrade``: the hotline's database brought to this release, or back to an earlier one."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.kernel.errors import Conflict


@click.command(
    "upgrade", short_help="Bring the hotline's database to this release, or back to an earlier one."
)
@click.option("--back-to", metavar="RELEASE", help="Take back what later releases added, as far as RELEASE.")
@click.option("--check", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="A backup was made; do it.")
@click.pass_obj
def command(config: Path | None, /, *, back_to: str | None, check: bool, yes: bool) -> int:
    """Bring the hotline's database to this release. Processes of the earlier one may run on meanwhile.

    Make a backup first (tutela backup), and say so with --yes. To go back, run this with --back-to while the
    newer release is still installed, then install the older one. Killed in the middle, it goes on when it is
    called again.

    \b
    Example:
      tutela upgrade --check
      tutela upgrade --yes
    """
    from tutela.config import load
    from tutela.web.starting import start_django

    load(config)
    start_django()
    from tutela.hotline.house import upgrading

    if check:
        for name in (steps := upgrading.waiting()):
            click.echo(name)
        click.echo(f"{len(steps)} to be applied", err=True)
        return 0
    if not yes:
        raise Conflict("make a backup first (tutela backup FILE --to KEY), then say --yes")
    done = upgrading.go_back(back_to, click.echo) if back_to else upgrading.upgrade(click.echo)
    click.echo(f"{done} migrations; the database is of release {back_to}" if back_to else _said(done))
    return 0


def _said(done: int) -> str:
    return f"{done} migrations applied" if done else "the database is of this release already"
