"""``tutela demo``: the whole way on a benign collection, from generated pictures to the report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option

if TYPE_CHECKING:
    from tutela.demo.hotline import Database, ShownHouse
    from tutela.demo.run import Outcome

#: Where the demo builds its collection, below the current folder.
FOLDER = Path("tutela-demo")


@click.command("demo", short_help="Show scan, match service and hotline on harmless pictures.")
@click.option("--exit", "returns", is_flag=True, help="Run to the end, print, return: no browser is opened.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    show_default=True,
    metavar="DIR",
    help="Folder to build in; one that an earlier demo made is replaced.",
)
@click.option(
    "--database",
    type=click.Choice(("sqlite", "postgres")),
    default="sqlite",
    show_default=True,
    help="Database of the hotline; postgres: a throw-away server, where PostgreSQL is installed.",
)
@click.option("--no-hotline", is_flag=True, help="Leave the hotline out: half a minute instead of minutes.")
@json_option
def command(*, returns: bool, folder: Path, database: Database, no_hotline: bool, as_json: bool) -> int:
    """Generate harmless pictures and films, declare some of them known, scan them, ask the match service
    about a copy of one; then let a hotline work for four simulated weeks over a benign internet.

    Hosts of every character are reported, told and looked at again: who removes, who only says so, who brings
    it back. Nothing is fetched but from this machine, and nothing real is looked at. Without --exit the
    report opens in a browser where there is a display, and portal and desk stay open until Ctrl-C.

    Exit codes: 0 every planted file was found and nothing else, and every planted item ended as its host's
    character implies; 1 otherwise.

    \b
    Example:
      tutela demo --exit --folder demo-of-today
    """
    from tutela.demo.run import StoryPlan, run_demo
    from tutela.detect.scan.findings import render_finding

    say = partial(click.echo, err=as_json)
    stays = not returns and not as_json
    stay = partial(_stay, say) if stays else None
    outcome = run_demo(folder, say, story=StoryPlan(database=database, told=not no_hotline, stay=stay))
    for finding in outcome.findings if as_json else ():
        click.echo(render_finding(finding))
    shown = outcome.service is None or outcome.service.found
    return 0 if outcome.check.passed and shown and outcome.hotline_passed is not False else 1


def _stay(say: Callable[[str], None], outcome: Outcome, house: ShownHouse | None) -> None:
    """Show the report, and where there is a hotline, keep its portal and desk open until Ctrl-C."""
    if has_display(os.environ, sys.platform):
        show(outcome.report)
    if house is not None:
        from tutela.demo.hotline import keep_doors_open
        from tutela.processes.ending import stop_event

        keep_doors_open(house, stop_event(), say)


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """True where a browser window can be seen: macOS, Windows, or a display named in the environment."""
    return platform in ("darwin", "win32") or bool(
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )


def show(report: Path, opener: Callable[[str], bool] | None = None) -> None:
    """Open the report in the default browser; where none answers, its path was printed already."""
    import webbrowser

    (opener or webbrowser.open)(report.resolve().as_uri())
