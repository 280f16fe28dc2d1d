"""Options that say how foreign files are read: for ``list import`` and ``list add``. No command itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.detect.matching.readers.opening import Progress
    from tutela.detect.matching.readers.options import ReadOptions

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--format",
        "format_name",
        type=click.Choice(["csv", "jsonl", "text", "ncmec", "vics", "threatexchange", "nsrl"]),
        help="What the files are; else guessed from the first one.",
    ),
    click.option(
        "--kind", metavar="KIND", help="Kind of the values where the file does not say: md5, pdq ..."
    ),
    click.option(
        "--map",
        "mapping",
        multiple=True,
        metavar="COLUMN=FIELD",
        help='A foreign CSV column, e.g. --map "PDQ Hash"=pdq. FIELD is a kind or a tutela column; - leaves'
        " the column out. Repeatable.",
    ),
    click.option("--delimiter", metavar="SIGN", help="Cell separator of CSV; else found in the header."),
    click.option("--encoding", metavar="NAME", help="Encoding of text; else by byte order mark, else UTF-8."),
    click.option(
        "--environment", metavar="NAME", help="NCMEC environment the files come from: Industry, NGO ..."
    ),
    click.option(
        "--vics-profile", metavar="NAME", help="Whose category numbers a VICS file uses, if it does not say."
    ),
    click.option(
        "--vics-table",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="A table of VICS category numbers of your own (TOML).",
    ),
)


def reading_options(command: F) -> F:
    """The options about foreign files; ``make_options`` takes their values."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def pick_format(first: Path, *, format_name: str | None, kind: str | None, **chosen: Any) -> str:
    """The format of the files: as said, else guessed from the first. Raises Invalid, Unavailable."""
    from tutela.detect.matching.readers import guess_format
    from tutela.detect.matching.readers.opening import head_text

    encoding = chosen.get("encoding") or ""
    if format_name:
        return format_name
    try:
        guessed = guess_format(first, encoding)
        header = head_text(first, encoding).split("\n", 1)[0].casefold()
    except ValueError as error:
        raise Invalid(str(error), field="--encoding") from error
    plain = guessed == "csv" and kind and not chosen.get("mapping") and "value" not in header
    return "text" if plain else guessed


def make_options(
    salt: bytes, progress: Progress, *, known_good: bool, salt_of_file: bool, **chosen: Any
) -> ReadOptions:
    """What the call says about reading. Raises Invalid naming the option that is wrong."""
    from tutela.detect.matching.readers.options import ReadOptions
    from tutela.detect.matching.readers.profiles import load_profile

    delimiter = (chosen["delimiter"] or "").replace("\\t", "\t")
    if len(delimiter) > 1:
        raise Invalid("is one sign, for example ';' or '\\t'", field="--delimiter")
    table = chosen["vics_table"]
    try:
        return ReadOptions(
            salt=salt,
            salt_of_file=salt_of_file,
            kind=chosen["kind"] or "",
            columns=_columns(chosen["mapping"]),
            delimiter=delimiter,
            encoding=chosen["encoding"] or "",
            environment=chosen["environment"] or "",
            profile=chosen["vics_profile"] or "",
            profile_table=load_profile(table) if table is not None else None,
            known_good=known_good,
            progress=progress,
        )
    except ValueError as error:
        raise Invalid(str(error), field="--vics-table") from error


def _columns(mapping: Sequence[str]) -> dict[str, str]:
    pairs = [one.rpartition("=") for one in mapping]
    wrong = [one for one, (column, _, field) in zip(mapping, pairs, strict=True) if not (column and field)]
    if wrong:
        raise Invalid('is COLUMN=FIELD, for example --map "PDQ Hash"=pdq', field=f"--map {wrong[0]}")
    return {column.strip(): field.strip() for column, _, field in pairs}
