"""``tutela doctor``: what an administrator needs to know before trusting this installation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option
from tutela.kernel.errors import TutelaError
from tutela.kernel.settings import Origins, find_origins, home

if TYPE_CHECKING:
    from tutela.config import Config
    from tutela.detect.service.doctor.findings import Finding

#: Something fails: this installation must not be trusted.
EXIT_FAILS = 1


@click.command("doctor", short_help="Check whether this installation may be trusted.")
@json_option
@click.pass_obj
def command(config: Path | None, /, *, as_json: bool) -> int:
    """Check whether this installation may be trusted: one line for each check, and what to do.

    It changes nothing, shows no value and no secret, and may be run while the service runs: as its user or as
    root, with its TUTELA_HOME, TUTELA_CONFIG and TUTELA_SECRETS.

    Exit codes: 0 nothing fails, 1 something does.

    \b
    Example:
      tutela doctor
    """
    from tutela.detect.service.doctor.findings import summary

    found = []
    for finding in findings(config):
        found.append(finding)
        click.echo(json.dumps(asdict(finding)) if as_json else finding.line())
    if not as_json:
        click.echo(f"== {summary(found)}")
    return EXIT_FAILS if any(one.state == "fail" for one in found) else 0


def findings(config: Path | None) -> Iterator[Finding]:
    """Every finding; with wrong settings the other checks go by the defaults."""
    from tutela.detect.service.doctor.examination import Place, examine

    found, settings, origins = settings_in_force(config)
    yield found
    place = Place(home=home(), secrets=origins.secrets)
    if settings is not None:
        place = Place(
            home=home(), secrets=origins.secrets, settings=settings.service, rules=settings.media.rules()
        )
    yield from examine(place)
    if settings is not None:
        yield from hotline_findings(settings)


def hotline_findings(settings: Config) -> Iterator[Finding]:
    """Every finding about the hotline, where one was founded here; none for a match service alone."""
    from tutela.hotline.databases import FILE_NAME

    if not (settings.hotline.database.get_secret_value() or _is_there(home() / FILE_NAME)):
        return
    from tutela.commands.hotline_places import house_of
    from tutela.processes.places import vault_places
    from tutela.web.starting import start_django

    start_django()
    from tutela.hotline.cases.addresses import FETCH_PRIVATE
    from tutela.hotline.house.examination import Examined
    from tutela.hotline.house.examination import examine as examine_hotline
    from tutela.processes.sending import list_ends
    from tutela.processes.working import LISTS, Lists

    vault = vault_places(settings.custody, home())
    yield from examine_hotline(
        Examined(
            house=house_of(settings, home()),
            hotline=settings.hotline,
            notices=settings.notices,
            replies=settings.replies,
            reports_by_mail=settings.reports_by_mail,
            alerts=settings.alerts,
            spare=settings.hotline.spare_folder(home()),
            unsaved=(vault.envelopes, vault.private, home() / FETCH_PRIVATE),
            list_ends=partial(list_ends, Lists(home() / LISTS)),
        )
    )


def _is_there(path: Path) -> bool:
    """False where nothing is, or this user may not look; that has a finding of its own."""
    try:
        return path.exists()
    except PermissionError:
        return False


def settings_in_force(config: Path | None) -> tuple[Finding, Config | None, Origins]:
    """Whether file, environment and secrets hold known settings of the right kind, and the settings."""
    from tutela.config import load
    from tutela.detect.service.doctor.findings import fail, ok

    try:
        origins = find_origins(config)
        settings = load(config)
    except TutelaError as error:
        return fail("settings", "the settings are not valid", error.public_message()), None, Origins()
    if not origins.any():
        return ok("settings", "nothing is set: every default holds"), settings, origins
    file = "a settings file" if origins.file else "no settings file"
    return (
        ok("settings", f"the settings are valid: {file}, {len(origins.environ)} in the environment"),
        settings,
        origins,
    )
