"""Options that say what a list says about itself, and the header they make. No command itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.detect.matching.shapes import ListHeader

F = TypeVar("F", bound=Callable[..., Any])

output_option = click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write; an old file is replaced only at the end.",
)
_OPTIONS = (
    click.option(
        "--version", "version", metavar="TEXT", help="Version of the list; else the time of writing."
    ),
    click.option("--source", metavar="TEXT", help="Who says so."),
    click.option("--law", metavar="TEXT", help="Under which law."),
    click.option(
        "--class",
        "legal_class",
        metavar="CLASS",
        help="Legal class: csam, exploitative, adult_ncii or generated_csam.",
    ),
    click.option("--scheme", metavar="NAME", help="Classification scheme of the categories, e.g. uk-iwf."),
    click.option("--valid-to", metavar="DATE", help="Last day (or moment) on which the list may be used."),
    click.option("--known-good", is_flag=True, default=None, help="A list of harmless files."),
    click.option("--approved", is_flag=True, default=None, help="People assessed every entry."),
    click.option(
        "--device-perceptual",
        is_flag=True,
        default=None,
        help="The owner allows its PDQ values in sealed lists on people's devices.",
    ),
    click.option(
        "--threshold", "distance_bits", type=int, metavar="BITS", help="PDQ distance that still matches (31)."
    ),
    click.option(
        "--quality", "quality_min", type=int, metavar="0-100", help="PDQ quality needed to match (50)."
    ),
    click.option(
        "--film-target", "film_target_percent", type=float, metavar="%", help="Share of the listed film (80)."
    ),
    click.option(
        "--film-query", "film_query_percent", type=float, metavar="%", help="Share of the file's film (0)."
    ),
    click.option(
        "--like",
        type=click.Path(path_type=Path),
        metavar="LIST",
        help="Take over salt, and whatever is not said here, of an earlier version: ids stay the same.",
    ),
)
#: Names under which the options arrive.
HEADER_KEYS = (
    "version",
    "source",
    "law",
    "legal_class",
    "scheme",
    "valid_to",
    "known_good",
    "approved",
    "device_perceptual",
    "distance_bits",
    "quality_min",
    "film_target_percent",
    "film_query_percent",
    "like",
)
_THRESHOLDS = ("distance_bits", "quality_min", "film_target_percent", "film_query_percent")


def header_options(command: F) -> F:
    """The options of a header; ``make_header`` takes their values."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def make_header(name: str, *, base: ListHeader | None = None, **chosen: Any) -> ListHeader:
    """The header of a new list, with its salt: what the call chose, else ``--like``, else ``base``.

    ``chosen`` are the values of ``HEADER_KEYS``, None where nothing was said (all None = defaults).
    Raises Invalid naming the option that is wrong.
    """
    from tutela.detect.matching.headers import checked_header, new_salt
    from tutela.detect.matching.shapes import ListHeader
    from tutela.kernel.clock import SystemClock, iso_utc

    like = chosen.pop("like")
    now = SystemClock().now()
    start = _header_of(like) if like is not None else base
    if start is None:
        start = ListHeader(name=name, version="", created=now, salt=new_salt())
    limits = {key: value for key in _THRESHOLDS if (value := chosen.pop(key)) is not None}
    fields = {key: value for key, value in chosen.items() if value is not None}
    if "version" not in fields and (like is not None or not start.version):
        fields["version"] = iso_utc(now)
    try:
        fields |= _checked(fields)
        return checked_header(
            replace(start, **fields, name=name, created=now, thresholds=replace(start.thresholds, **limits))
        )
    except ValueError as error:
        raise Invalid(str(error), field="list header") from error


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """Class and date of the call, checked. Raises ValueError."""
    from tutela.detect.matching.readers.rows import parse_moment
    from tutela.kernel.taxonomy import check_legal_class

    found: dict[str, Any] = {}
    if "valid_to" in fields:
        found["valid_to"] = parse_moment(fields["valid_to"], end=True)
    if "legal_class" in fields:
        found["legal_class"] = check_legal_class(fields["legal_class"])
    return found


def _header_of(path: Path) -> ListHeader:
    from tutela.detect.matching.live import open_any

    return open_any(path).header
