"""Reading the data files of the taxonomy: TOML in, checked values out. ValueError says what is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Table
from functools import cache
from importlib.resources import files
from typing import Any

from tutela.kernel.taxonomy.shapes import Element, Grade, LegalClass, Scheme, SchemeValue

#: Grades of the standards reference (standards/README), and none besides.
CONFIDENCE = (
    "verified against schema",
    "read in a working client",
    "from memory: confirm before production",
)
GRADES: tuple[Grade, ...] = ("exact", "derived", "ask a person")
Cell = tuple[Grade, tuple[str, ...]]


def parse_scheme(untrusted: Table[str, Any]) -> Scheme:
    """The scheme of a parsed TOML table. Raises ValueError naming the field that is wrong."""
    values = tuple(_value(row) for row in _rows(untrusted, "values"))
    if not values or len({value.value for value in values}) != len(values):
        raise ValueError("values: at least one, and each only once")
    confidence = _text(untrusted, "confidence")
    if confidence not in CONFIDENCE:
        raise ValueError(f"confidence must be one of: {'; '.join(CONFIDENCE)}")
    return Scheme(
        name=_text(untrusted, "name"),
        title=_text(untrusted, "title"),
        version=_text(untrusted, "version"),
        source=_text(untrusted, "source"),
        confidence=confidence,
        values=values,
        elements=tuple(_element(row) for row in _rows(untrusted, "elements")),
        note=_text(untrusted, "note", needed=False),
    )


def parse_cell(untrusted: object) -> Cell:
    """Grade and candidates of ``"<grade>: <values>"``; ``none`` means no value."""
    grade_text, colon, values = untrusted.partition(":") if isinstance(untrusted, str) else ("", "", "")
    grade = next((known for known in GRADES if known == grade_text.strip()), None)
    if not colon or grade is None:
        raise ValueError(f"a cell of the mapping table is '<grade>: <values>' with a grade of {GRADES}")
    named = tuple(word.strip() for word in values.split(","))
    return grade, () if named == ("none",) else named


@cache
def shipped_schemes() -> dict[str, Scheme]:
    """All schemes that are delivered with tutela, by name, in alphabetical order."""
    folder = files("tutela.kernel.taxonomy") / "schemes"
    texts = sorted(
        (file.name, file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")
    )
    found = [parse_scheme(tomllib.loads(text)) for _, text in texts]
    return {scheme.name: scheme for scheme in found}


@cache
def shipped_mapping() -> dict[str, Any]:
    """The parsed mapping table ``mapping.toml``: hub, always_ask, rows, pairs."""
    return tomllib.loads((files("tutela.kernel.taxonomy") / "mapping.toml").read_text("utf-8"))


@cache
def shipped_classes() -> tuple[tuple[LegalClass, ...], frozenset[str]]:
    """The legal classes, and the realism values that mean *generated*."""
    raw = tomllib.loads((files("tutela.kernel.taxonomy") / "legal_classes.toml").read_text("utf-8"))
    classes = tuple(LegalClass(name=row["name"], label=row["label"]) for row in raw["classes"])
    return classes, frozenset(raw["attributes"]["generated"])


def _text(untrusted: Table[str, Any], name: str, *, needed: bool = True) -> str:
    value = untrusted.get(name, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise ValueError(f"{name} is missing or not text")
    return value


def _rows(untrusted: Table[str, Any], name: str) -> list[dict[str, Any]]:
    rows = untrusted.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{name} is not a list of tables")
    return rows


def _value(untrusted: Table[str, Any]) -> SchemeValue:
    severity, assessed = untrusted.get("severity"), untrusted.get("assessed", True)
    if severity is not None and (type(severity) is not int or severity < 0):
        raise ValueError("severity is a whole number from 0")
    if type(assessed) is not bool:
        raise ValueError("assessed is true or false")
    return SchemeValue(
        value=_text(untrusted, "value"),
        label=_text(untrusted, "label"),
        severity=severity,
        assessed=assessed,
        code=_text(untrusted, "code", needed=False),
    )


def _element(untrusted: Table[str, Any]) -> Element:
    values = untrusted.get("values", [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError("values of an element are texts")
    return Element(name=_text(untrusted, "name"), label=_text(untrusted, "label"), values=tuple(values))
