"""``tutela init``: the way into a hotline of one's own, from questions to a founded house."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.init_questions import answers, options
from tutela.kernel import settings as places
from tutela.kernel.errors import Conflict, Refused

if TYPE_CHECKING:
    from tutela.config import Config


@click.command("init", short_help="Found a hotline: ask for its settings, write them, make what it needs.")
@options
@click.option("--no-questions", is_flag=True, help="Ask nothing: options and defaults hold, as in a script.")
@click.option("--print", "only_shown", is_flag=True, help="Show the settings file; write and make nothing.")
@click.option(
    "--demo", is_flag=True, help="Put a sample mandate in force, signed by two keys that are then forgotten."
)
@click.pass_obj
def command(
    config: Path | None, /, *, no_questions: bool, only_shown: bool, demo: bool, **untrusted: str | None
) -> int:
    """Found a hotline. Asks for what it has to say about itself, writes the settings file, makes keys,
    folders and database in TUTELA_HOME (as tutela hotline init does), and says what is to be done next.

    Return takes what stands in brackets; - means none. Nobody is asked where nobody types: then options and
    defaults hold. The file is --config, else TUTELA_CONFIG, else tutela.toml; one that is there stays as it
    is, and so does everything else: call it again at any time to see what is left to do. No secret stands in
    the file.

    \b
    Example:
      tutela init --print --no-questions --name "Hotline of Example" --country NL --mail info@hotline.example
    """
    os.umask(0o077)
    given = {name: text for name, text in untrusted.items() if text is not None}
    path = settings_path(config)
    if only_shown:
        click.echo(_asked_for(given, asks=is_person() and not no_questions), nl=False)
        return 0
    if path.exists():
        _check_nothing_said(given, path)
        click.echo(f"settings: {path}, was there, unchanged")
    else:
        _write(path, _asked_for(given, asks=is_person() and not no_questions))
        click.echo(f"settings: {path}, written")
    _found(path, demo=demo)
    return 0


def settings_path(config: Path | None) -> Path:
    """The settings file: the one that is read where there is one, else where it is to be."""
    named = config or Path(os.environ.get("TUTELA_CONFIG") or "")
    if named != Path():
        return named
    return next((one for one in places.DEFAULT_FILES if one.exists()), Path("tutela.toml"))


def is_person() -> bool:
    """Whether somebody types; else nobody can be asked."""
    return sys.stdin.isatty()


def _asked_for(given: dict[str, str], *, asks: bool) -> str:
    """The settings file of the answers, taken by tutela itself."""
    from tutela.commands.init_file import check_text, settings_text

    if asks:
        click.echo("Return takes what stands in brackets; - means none.", err=True)
    text = settings_text(answers(given, asks=asks))
    check_text(text)
    return text


def _check_nothing_said(given: dict[str, str], path: Path) -> None:
    if given:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise Conflict(
            f"{path} is there, and is never overwritten: change it by hand ({names}; --print shows the file"
            " that these would make), or move it away first"
        )


def _write(path: Path, text: str) -> None:
    from tutela.kernel.custody import durable

    durable.write_file(path, text.encode("utf-8"))


def _found(path: Path, *, demo: bool) -> None:
    """Says each thing that is made or was there, and what is left to do."""
    os.environ["TUTELA_CONFIG"] = str(path.resolve())  # Django reads the settings by itself
    from tutela.commands.hotline_init import configured, found_house
    from tutela.config import load

    settings = load(path)
    _check_database(path, settings)
    for line in found_house(settings):
        click.echo(line)
    for line in configured(demo=demo):
        click.echo(line)
    _say_next(settings)


def _check_database(path: Path, settings: Config) -> None:
    """Return where the database is one that the file was written for. Raises Refused."""
    from tutela.commands.init_file import wants_postgresql

    wanted = wants_postgresql(path.read_text(encoding="utf-8"))
    if wanted and not settings.hotline.database.get_secret_value():
        raise Refused(
            "the database's address is not known yet: write postgresql://USER@HOST/DATABASE into the file"
            " hotline__database of the secrets folder (TUTELA_SECRETS names it), then call tutela init again"
        )


def _say_next(settings: Config) -> None:
    from tutela.commands.init_steps import Founded, shown, steps

    secrets = places.find_origins().secrets
    click.echo("next:")
    for line in shown(steps(Founded(settings=settings, home=places.home(), secrets=secrets))):
        click.echo(line)
