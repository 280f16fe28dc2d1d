"""What ``hash``, ``match`` and ``scan`` share: options, and how they meet the settings. No command itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutela.kernel.errors import Unavailable
from tutela.kernel.settings import find_origins

if TYPE_CHECKING:
    from tutela.config import Config
    from tutela.detect.media.pool import MediaPool
    from tutela.detect.scan.recipe import Recipe
    from tutela.detect.scan.totals import Tally

F = TypeVar("F", bound=Callable[..., Any])

#: Exit codes (decisions.md section 8). 2 is given by the command line itself.
EXIT_NOTHING, EXIT_MET, EXIT_UNREAD = 0, 1, 3


def media_options(command: F) -> F:
    """The options that say how files are looked at."""
    for option in (
        click.option(
            "--film",
            "film_mode",
            type=click.Choice(["exact", "standard"]),
            help="Every frame of a film, or one a second (default).",
        ),
        click.option(
            "--profile",
            type=click.Choice(["forensic", "web"]),
            help="Limits of the sandbox: forensic (default) or web.",
        ),
        click.option(
            "--mode",
            "pdq_mode",
            type=click.Choice(["exact", "fast"]),
            help="PDQ from full pixels, or from a reduced JPEG decode (default; seldom over 6 bits away).",
        ),
    ):
        command = option(command)
    return command


list_option = click.option(
    "--list",
    "lists",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="LIST",
    help="A .tlist file, a live list's folder, or a text list (CSV, JSON lines, plain hashes). Repeatable.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def recipe_in_force(config: Path | None, **chosen: Any) -> Recipe:
    """The settings in force, with what the call chose (None = not chosen) on top.

    pydantic is imported only when something is configured. Raises Invalid as the settings do.
    """
    from tutela.detect.scan.recipe import Recipe, cores

    settings = configured(config)
    recipe = Recipe(workers=cores()) if settings is None else _recipe_of(settings)
    return replace(recipe, **{name: value for name, value in chosen.items() if value is not None})


def configured(config: Path | None) -> Config | None:
    """The settings in force, or None when nothing is configured and every default holds."""
    if not find_origins(config).any():
        return None
    from tutela.config import load

    return load(config)


def _recipe_of(settings: Config) -> Recipe:
    from tutela.detect.scan.recipe import Recipe, cores

    return Recipe(
        profile=settings.scan.profile,
        limits={"web": settings.media.limits("web"), "forensic": settings.media.limits("forensic")},
        rules=settings.media.rules(),
        index=settings.matching.index,
        per_print_max=settings.matching.per_print_max,
        per_file_max=settings.matching.per_file_max,
        seen_files_max=settings.matching.seen_files_max,
        pdq_mode=settings.fingerprints.mode,
        film_mode=settings.scan.film,
        film_rate_hz=settings.scan.film_rate_hz,
        dihedral=settings.fingerprints.dihedral,
        arithmetic=settings.fingerprints.arithmetic,
        hashers=settings.fingerprints.hashers,
        engine=settings.scan.engine,
        workers=settings.scan.workers or cores(),
    )


def open_pool(recipe: Recipe, *, workers: int | None = None) -> MediaPool:
    """A media pool of the recipe's size. Workers boot in the background. Raises Unavailable."""
    from tutela.detect.media.pool import MediaPool

    if recipe.arithmetic:
        _use_arithmetic(recipe.arithmetic)
    return MediaPool(recipe.rules, workers=workers or recipe.workers)


def _use_arithmetic(name: str) -> None:
    """Forces the implementation in this process and in the workers it starts. Raises Unavailable."""
    from tutela.arithmetic import use_path

    try:
        use_path(name)
    except ValueError as error:
        raise Unavailable(f"fingerprints.arithmetic: {error}") from error


def warn_of_missing_layers(pool: MediaPool) -> None:
    """Says on standard error which layers of the sandbox do not work here (decisions.md section 1)."""
    if pool.missing_layers:
        missing = ", ".join(pool.missing_layers)
        click.echo(f"warning: files are opened without these layers of the sandbox: {missing}", err=True)


def exit_code(tally: Tally) -> int:
    """1 for anything known or candidate, else 3 for anything unread, else 0 (decisions.md section 8)."""
    if tally.count("known", "candidate"):
        return EXIT_MET
    return EXIT_UNREAD if tally.count("unreadable", "refused") else EXIT_NOTHING
