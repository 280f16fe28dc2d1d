"""``tutela guard pilot sample``, ``found``, ``codes``, ``enrol`` and ``audit``: the clinic's office."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutela.commands.choices import json_option
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.prevent.guard.pilot.office import Office

F = TypeVar("F", bound=Callable[..., Any])
#: Bytes of the longest draft of a study (a signed note has 65,536).
_DRAFT_BYTES_MAX = 60_000


def office_options(command: F) -> F:
    """The study's folder, and the folder with its private keys."""
    for option in (
        click.option(
            "--keys",
            "keys_folder",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="FOLDER",
            help="Folder with the private keys; keys in FOLDER by default.",
        ),
        click.argument("folder", type=click.Path(path_type=Path, file_okay=False)),
    ):
        command = option(command)
    return command


def office_at(folder: Path, keys_folder: Path | None) -> Office:
    """The clinic's folder."""
    from tutela.prevent.guard.pilot.office import Office

    return Office(folder, keys_folder)


@click.command("sample", short_help="Clinic: print a draft of a study, to be filled in.")
def sample_command() -> int:
    """Print a draft of a study with a word on every line, to be filled in.

    \b
    Example:
      tutela guard pilot sample > draft.toml
    """
    from importlib.resources import files

    text = files("tutela.prevent.guard.pilot").joinpath("sample.toml").read_text(encoding="utf-8")
    click.echo(text, nl=False)
    return 0


@click.command("found", short_help="Clinic: make a study, its keys and its signed file.")
@office_options
@click.option(
    "--draft",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="What the study is: tutela guard pilot sample.",
)
@click.option("--renew", is_flag=True, help="Sign a changed draft with a higher number, under the same keys.")
def found_command(folder: Path, *, draft: Path, keys_folder: Path | None, renew: bool) -> int:
    """Make a study in FOLDER from a draft: new keys, a sealed seed for the arms, the signed study file.

    \b
    Example:
      tutela guard pilot found our-study --draft draft.toml
    """
    from tutela.kernel.custody import durable
    from tutela.prevent.guard.pilot.codes import fingerprint

    office = office_at(folder, keys_folder)
    try:
        text = durable.read_file(draft, _DRAFT_BYTES_MAX).decode("utf-8")
    except (LookupError, ValueError) as error:
        raise Invalid("there is no such text", field=str(draft)) from error
    study = office.renew(text) if renew else office.found(text)
    click.echo(f"{study.name}, number {study.number}: signed; give {folder / 'study'} to everybody")
    click.echo(f"signs of the clinic, for every card: {fingerprint(study.keys.signs.public_key)}")
    click.echo("keep the folder of the private keys with somebody who enrols nobody", err=True)
    return 0


@click.command("codes", short_help="Clinic: make codes for people of a site.")
@office_options
@click.option("--site", required=True, help="A site of the study.")
@click.option("--count", required=True, type=click.IntRange(1, 10_000), help="How many.")
def codes_command(folder: Path, *, keys_folder: Path | None, site: str, count: int) -> int:
    """Make codes for a site: FOLDER/codes/SITE.csv, for cards. Which code has which arm stands nowhere.

    \b
    Example:
      tutela guard pilot codes our-study --site north --count 90
    """
    places = office_at(folder, keys_folder).issue(site, count)
    click.echo(f"{site}: numbers {places[0].number} to {places[-1].number} in {folder / 'codes' / site}.csv")
    click.echo("write down elsewhere who gets which number; the server takes their reports now", err=True)
    return 0


@click.command("enrol", short_help="Clinic: open the arm of the person with a code.")
@office_options
@click.argument("code")
@json_option
def enrol_command(folder: Path, *, keys_folder: Path | None, code: str, as_json: bool) -> int:
    """Open the arm of the person with this CODE, once they have agreed; it is written down for good.

    Numbers of a site are opened in their order, so that nobody chooses among them.

    \b
    Example:
      tutela guard pilot enrol our-study 7K3Q-...
    """
    one = office_at(folder, keys_folder).enrol(code, SystemClock())
    if as_json:
        click.echo(json.dumps({"person": one.person, "site": one.site, "number": one.number, "arm": one.arm}))
    else:
        click.echo(f"{one.site}, number {one.number}: {one.arm}")
    return 0


@click.command("audit", short_help="Clinic: check that every arm is the one of the sealed seed.")
@office_options
def audit_command(folder: Path, *, keys_folder: Path | None) -> int:
    """Check that every arm that was opened is the one of the sealed seed, in order, and nothing was changed.

    \b
    Example:
      tutela guard pilot audit our-study
    """
    counts = office_at(folder, keys_folder).audit()
    told = ", ".join(f"{arm} {count}" for arm, count in counts.items())
    click.echo(f"the seed is the one of the study file; every arm is as it says: {told}")
    return 0
