"""Which number means what in a VICS file: shipped tables, and tables that a house supplies."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tutela.detect.matching.readers.opening import open_text
from tutela.detect.matching.readers.options import ProfileRow, ReadOptions, VicsProfile
from tutela.kernel.taxonomy import check_legal_class

USES = ("listed", "good", "left out")


def profile_of(untrusted_name: str, options: ReadOptions) -> VicsProfile:
    """The table of the profile that a file names, or that the caller named instead.

    Raises ValueError when there is none: the numbers mean different things in different countries.
    """
    if options.profile_table is not None:
        return options.profile_table
    name = options.profile or untrusted_name
    known = shipped_profiles()
    if name not in known:
        said = f"names the profile {untrusted_name}" if untrusted_name else "names no profile"
        raise ValueError(
            f"the file {said}, for which there is no table of category numbers (standards/08 section 8.6);"
            f" say --vics-profile with one of {', '.join(known)} if its numbers are meant,"
            " or give a table with --vics-table FILE"
        )
    return known[name]


@cache
def shipped_profiles() -> dict[str, VicsProfile]:
    """The tables that are delivered with tutela, by name."""
    text = (files("tutela.detect.matching.readers") / "vics_profiles.toml").read_text("utf-8")
    return parse_profiles(tomllib.loads(text))


def load_profile(path: Path) -> VicsProfile:
    """The one table in a supplied TOML file of the same form. Raises ValueError."""
    with open_text(path) as file:
        try:
            found = parse_profiles(tomllib.loads(file.read()))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    if len(found) != 1:
        raise ValueError(f"{path}: the file holds {len(found)} profiles, one is expected")
    return next(iter(found.values()))


def parse_profiles(untrusted: dict[str, Any]) -> dict[str, VicsProfile]:
    """Tables by profile name. Raises ValueError naming the profile and category that are wrong."""
    return {name: _profile(name, table) for name, table in untrusted.items()}


def _profile(name: str, untrusted: object) -> VicsProfile:
    table = untrusted if isinstance(untrusted, dict) else {}
    rows, scheme = table.get("categories"), table.get("scheme", "")
    if not isinstance(rows, dict) or not rows or not isinstance(scheme, str):
        raise ValueError(f"profile {name}: scheme and a table of categories are expected")
    return VicsProfile(
        name=name, scheme=scheme, rows={_code(code): _row(code, row) for code, row in rows.items()}
    )


def _code(untrusted_code: str) -> int:
    if not (untrusted_code.isascii() and untrusted_code.isdecimal() and int(untrusted_code) <= 255):
        raise ValueError(f"category {untrusted_code}: a category is a number from 0 to 255")
    return int(untrusted_code)


def _row(code: str, untrusted: object) -> ProfileRow:
    row = untrusted if isinstance(untrusted, dict) else {}
    use, severity, legal_class = row.get("use"), row.get("severity"), row.get("class", "")
    if use not in USES or type(severity) is not int or not isinstance(legal_class, str):
        raise ValueError(
            f"category {code}: use ({', '.join(USES)}) and severity (a whole number) are expected"
        )
    return ProfileRow(use=use, severity=severity, legal_class=check_legal_class(legal_class))
