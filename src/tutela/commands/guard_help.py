"""Places of help, crisis first, for somebody at a terminal. No command itself."""

from __future__ import annotations

import locale

import click


def show_help(language: str) -> None:
    """Print the places of help of the device's country, and those for everybody."""
    from tutela.kernel.help import country_name, help_for, is_country

    country = (locale.getlocale()[0] or "").partition("_")[2]
    if is_country(country):
        click.echo(country_name(country, language))
    for one in help_for(country):
        said = [one.name, *one.phones, one.web]
        click.echo("  " + ", ".join(part for part in said if part))
