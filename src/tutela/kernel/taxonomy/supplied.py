"""A classification schema that INHOPE supplies under agreement (UCS); tutela ships none of its labels.

Expected file (TOML): ``name``, ``title``, ``version``, ``source``, ``confidence`` and ``[[labels]]`` with
``id``, ``section``, ``label``, optional ``help``, ``values`` and ``parent`` (standards/06 section 6.1).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutela.kernel.errors import Invalid, Unavailable

#: Sections of the Universal Classification Schema (standards/06 section 6.1).
SECTIONS = ("categorisation", "investigative", "demographic")
#: A schema has some hundred labels; more than this is another file.
FILE_BYTES_MAX = 16 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """One descriptive element of a supplied schema; ``parent`` is another label's id or empty."""

    id: str
    section: str
    label: str
    help: str = ""
    values: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SuppliedSchema:
    """A supplied schema as it was read, with its own version."""

    name: str
    version: str
    source: str
    labels: tuple[Label, ...]


def load_schema(path: Path) -> SuppliedSchema:
    """The schema in a supplied TOML file. Raises Invalid with the place, Unavailable from the system."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise ValueError(f"larger than {FILE_BYTES_MAX >> 20} MiB")
        return parse_schema(tomllib.loads(path.read_text("utf-8-sig")))
    except OSError as error:
        raise Unavailable(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Invalid(str(error), field=str(path)) from error


def parse_schema(untrusted: dict[str, Any]) -> SuppliedSchema:
    """The schema of a parsed table. Raises ValueError naming the label that is wrong."""
    rows = untrusted.get("labels")
    if not isinstance(rows, list) or not rows:
        raise ValueError("a schema has at least one [[labels]]")
    labels = tuple(_label(number, row) for number, row in enumerate(rows, 1))
    known = {label.id for label in labels}
    if len(known) != len(labels):
        raise ValueError("an id occurs twice")
    for label in labels:
        if label.parent and label.parent not in known:
            raise ValueError(f"label {label.id}: there is no parent {label.parent}")
    name, version, source = (str(untrusted.get(field, "")) for field in ("name", "version", "source"))
    if not (name and version and source):
        raise ValueError("name, version and source are all needed")
    return SuppliedSchema(name=name, version=version, source=source, labels=labels)


def _label(number: int, untrusted: object) -> Label:
    row = untrusted if isinstance(untrusted, dict) else {}
    texts = {field: row.get(field, "") for field in ("id", "section", "label", "help", "parent")}
    values = row.get("values", [])
    if not all(isinstance(text, str) for text in texts.values()) or not texts["id"] or not texts["label"]:
        raise ValueError(f"label number {number}: id and label must be texts")
    if texts["section"] not in SECTIONS:
        raise ValueError(f"label number {number}: section must be one of {', '.join(SECTIONS)}")
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"label number {number}: values must be texts")
    return Label(**texts, values=tuple(values))
