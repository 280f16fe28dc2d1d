"""``tutela service token``: who may ask the match service. A token is shown once, when it is made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import json_option
from tutela.detect.service.roles import (
    FAMILY_QUERIES_PER_DAY,
    QUERIES_PER_DAY,
    QUERIES_PER_SECOND,
    ROLES,
    CallerLimits,
    Role,
)
from tutela.kernel.clock import Clock, SystemClock, iso_utc
from tutela.kernel.errors import Invalid
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.detect.service.token_file import TokenRecord


def token_path() -> Path:
    """The token file of the service whose data is in TUTELA_HOME."""
    return home() / "match" / "tokens.json"


def the_clock() -> Clock:
    """The clock that tokens are made by."""
    return SystemClock()


@click.group("token", short_help="Give out, show and revoke tokens.")
def command() -> None:
    """Give out, show and revoke the tokens of the match service.

    Tokens stand in TUTELA_HOME/match/tokens.json as SHA-256 digests. A running service sees every change
    within a second.

    \b
    Example:
      tutela service token list
    """


name_argument = click.argument("name", metavar="NAME")


@command.command("add", short_help="Give out a token; it is shown once.")
@name_argument
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(list(ROLES)),
    help="What the bearer may do; detail and curate include match. Repeatable.",
)
@click.option(
    "--feed",
    "feeds",
    multiple=True,
    metavar="LIST",
    help="A list whose values leave to the bearer through the list feed, every page recorded. Repeatable.",
)
@click.option(
    "--purpose", required=True, metavar="SENTENCE", help="What the token is for, 10 to 300 characters."
)
@click.option(
    "--days", required=True, type=click.IntRange(1, 400), help="Days until the token ends, at most 400."
)
@click.option(
    "--queries-per-second",
    type=float,
    default=QUERIES_PER_SECOND,
    show_default=True,
    help="Queries a second; short bursts may be higher.",
)
@click.option(
    "--queries-per-day", type=int, default=QUERIES_PER_DAY, show_default=True, help="Queries a day (UTC)."
)
@click.option(
    "--family-queries-per-day",
    type=int,
    default=FAMILY_QUERIES_PER_DAY,
    show_default=True,
    help="Telling variations of one picture a day before it is cut off; the alarm comes at half of it.",
)
@click.option("--raised", is_flag=True, help="Say openly that limits stand above the defaults.")
@json_option
def add(
    *,
    name: str,
    roles: tuple[Role, ...],
    feeds: tuple[str, ...],
    purpose: str,
    days: int,
    raised: bool,
    as_json: bool,
    **limits: Any,
) -> int:
    """Give out a token for the bearer NAME and print it: this once, it is kept nowhere.

    It needs a role, or a list that it may fetch.

    \b
    Example:
      tutela service token add shop --role match --purpose "uploads of the shop" --days 90
    """
    from tutela.detect.service.token_file import Wanted, issue

    if not roles and not feeds:
        raise Invalid("is needed, or --feed for a list that may be fetched", field="--role")
    try:
        allowed = CallerLimits(raised=raised, **limits)
    except ValueError as error:
        raise Invalid(f"{error} (--raised)", field="limits") from error
    wanted = Wanted(name=name, roles=roles, purpose=purpose, days=days, limits=allowed, feeds=feeds)
    token, record = issue(token_path(), wanted, the_clock().now())
    if as_json:
        click.echo(json.dumps({"token": token, **facts(record)}))
    else:
        click.echo(token)
        click.echo(f"{name}: valid until {iso_utc(record.expires)}; the token is shown this once", err=True)
    return 0


@command.command("list", short_help="Show who has a token.")
@json_option
def show(*, as_json: bool) -> int:
    """Show who has a token: name, roles, end and purpose; never the token.

    \b
    Example:
      tutela service token list --json
    """
    from tutela.detect.service.token_file import read_tokens

    records, now = read_tokens(token_path()), the_clock().now()
    if as_json:
        click.echo(json.dumps([{**facts(one), "expired": one.expires <= now} for one in records]))
        return 0
    for one in records:
        state = "expired" if one.expires <= now else "valid until"
        raised = ", limits raised" if one.limits.raised else ""
        click.echo(
            f"{one.name}: {', '.join(_rights(one))}; {state} {iso_utc(one.expires)}{raised}; {one.purpose}"
        )
    if not records:
        click.echo("no tokens")
    return 0


@command.command("revoke", short_help="End a token now.")
@name_argument
def end(*, name: str) -> int:
    """End the token of NAME; a running service refuses it within a second.

    \b
    Example:
      tutela service token revoke forum
    """
    from tutela.detect.service.token_file import revoke

    revoke(token_path(), name)
    click.echo(f"{name}: revoked")
    return 0


@command.command("lift", short_help="Lift the cut-off of a caller.")
@name_argument
def lift_cut_off(*, name: str) -> int:
    """Lift what the probing alarm cut off for NAME up to now; it counts again from nothing.

    \b
    Example:
      tutela service token lift forum
    """
    from tutela.detect.service.token_file import lift

    lift(token_path(), name, the_clock().now())
    click.echo(f"{name}: lifted")
    return 0


def _rights(record: TokenRecord) -> list[str]:
    """Roles, and the lists that leave to the bearer."""
    return [*record.roles, *(f"feed of {name}" for name in record.feeds)]


def facts(record: TokenRecord) -> dict[str, Any]:
    """What may be shown of a token: everything but its digest."""
    limits = {name: getattr(record.limits, name) for name in CallerLimits.__dataclass_fields__}
    return {
        "name": record.name,
        "id": record.id,
        "roles": list(record.roles),
        "feeds": list(record.feeds),
        "purpose": record.purpose,
        "made": iso_utc(record.made),
        "expires": iso_utc(record.expires),
        "limits": limits,
    }
