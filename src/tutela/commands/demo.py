"""``tutela demo``: the whole way on a benign collection, from generated pictures to the report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import click

from tutela.commands.choices import json_option

#: Where the demo builds its collection, below the current folder.
FOLDER = Path("tutela-demo")


@click.command("demo", short_help="Build a benign collection, scan it, show the report.")
@click.option("--exit", "returns", is_flag=True, help="Run to the end, print, return: no browser is opened.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    show_default=True,
    metavar="DIR",
    help="Folder to build in; one that an earlier demo made is replaced.",
)
@json_option
def command(*, returns: bool, folder: Path, as_json: bool) -> int:
    """Generate harmless pictures and films, declare some of them known, scan them, ask the match service
    about a copy of one, report another to a hotline, and show the report.

    Nothing is fetched but from this machine, and nothing real is looked at. Without --exit the report opens
    in a browser where there is a display.

    Exit codes: 0 every planted file was found and nothing else, 1 otherwise.

    \b
    Example:
      tutela demo --exit --folder demo-of-today
    """
    from tutela.demo.run import run_demo
    from tutela.detect.scan.findings import render_finding

    outcome = run_demo(folder, partial(click.echo, err=as_json))
    if as_json:
        for finding in outcome.findings:
            click.echo(render_finding(finding))
    elif not returns and has_display(os.environ, sys.platform):
        show(outcome.report)
    shown = outcome.service is None or outcome.service.found
    told = outcome.hotline is None or outcome.hotline.told
    return 0 if outcome.check.passed and shown and told else 1


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """True where a browser window can be seen: macOS, Windows, or a display named in the environment."""
    return platform in ("darwin", "win32") or bool(
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )


def show(report: Path, opener: Callable[[str], bool] | None = None) -> None:
    """Open the report in the default browser; where none answers, its path was printed already."""
    import webbrowser

    (opener or webbrowser.open)(report.resolve().as_uri())
