"""Model cards: what a classifier is, which bytes its weights are, what was measured of it, by whom and when.

A card is a TOML text. It counts when one of the keys that a plug-in reads it with signed it, or when the
plug-in pins it by its SHA-256, as those of tutela do; without either it is no card. Format:
``tutela-guard-card/1`` (docs/reference/formats.md).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from tutela.kernel.custody.notes import Verifier
from tutela.kernel.errors import Invalid, Refused
from tutela.kernel.formats import check_version
from tutela.kernel.signing import documents
from tutela.kernel.signing.tables import Table

SCHEMA, VERSION = "tutela-guard-card", 1
#: Bytes of the largest weight file (our own: twenty times the largest picture model that was tried).
WEIGHT_BYTES_MAX: Final = 512 << 20
Layout = Literal["nhwc", "nchw"]
Colours = Literal["rgb", "bgr"]
_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,3}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
#: What a card reports of a model, each with who measured it and when.
MEASURED: Final = ("recall", "false_blocks", "latency")


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightFile:
    """Which bytes the weights are, and where: beside the card, or inside an installed distribution."""

    file: str
    size_bytes: int
    sha256: bytes
    package: str = ""
    package_version: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelInput:
    """How pixels become the input: squash, JPEG round trip, centre crop, order, (x - mean) / divisor."""

    name: str
    layout: Layout
    colours: Colours
    side_pixels: int
    crop_pixels: int
    #: Quality of the JPEG that the pixels go through first, 0 for none.
    jpeg_quality: int
    mean: tuple[float, float, float]
    divisor: tuple[float, float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """One figure in words, who measured it, and when."""

    value: str
    by: str
    when: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What is known of a classifier. ``index`` is the place of the score in the output's last axis."""

    name: str
    version: str
    shows: str
    licence: str
    weights: WeightFile
    input: ModelInput
    output: str
    index: int
    threshold: float
    measured: dict[str, Measured]


def read_card(untrusted_text: str, *, keys: Sequence[Verifier] = (), pinned_sha256: str = "") -> Card:
    """The card in a text, signed (``documents``) by one of ``keys`` or of the pinned digest (64 digits).

    Raises Refused for a card that nobody answers for, Invalid naming the key for one that says nonsense.
    """
    try:
        note = documents.parse(untrusted_text)
    except ValueError as error:
        raise Invalid(str(error), field="model card") from error
    pinned = hmac.compare_digest(documents.digest_of(note.text), pinned_sha256.lower())
    if not pinned and not any(note.signed_by(key) for key in keys):
        raise Refused("this model card is neither signed by a trusted key nor pinned by its digest")
    try:
        return parse_card(note.text)
    except ValueError as error:
        raise Invalid(str(error), field="model card") from error


def parse_card(untrusted_text: str) -> Card:
    """The card of a TOML text, whoever wrote it. Raises ValueError naming the key."""
    table = Table.read(untrusted_text)
    schema, _, version = table.text("schema").partition("/")
    if schema != SCHEMA:
        raise ValueError(f"schema: this is to be {SCHEMA}/{VERSION}")
    check_version("model card", version, reads=VERSION)
    table.text("languages", ("none",))  # what scores pictures knows none; a card of another kind is refused
    output, measured = table.table("output"), table.table("measured")
    card = Card(
        name=_shaped(table, "name", _NAME),
        version=table.text("version"),
        shows=table.text("shows"),
        licence=table.text("licence"),
        weights=_weights(table.table("weights")),
        input=_input(table.table("input")),
        output=output.text("name"),
        index=output.number("index", 0, 9_999),
        threshold=output.decimal("threshold", 0.001, 1),
        measured={name: _measured(measured.table(name)) for name in MEASURED},
    )
    for one in (output, measured, table):
        one.finish()
    return card


def _weights(table: Table) -> WeightFile:
    weights = WeightFile(
        file=_shaped(table, "file", _FILE),
        size_bytes=table.number("bytes", 1, WEIGHT_BYTES_MAX),
        sha256=bytes.fromhex(_shaped(table, "sha256", _DIGEST)),
        package=table.text("package", default=""),
        package_version=table.text("package_version", default=""),
    )
    table.finish()
    return weights


def _input(table: Table) -> ModelInput:
    side = table.number("side", 16, 1_024)
    read = ModelInput(
        name=table.text("name"),
        layout=cast("Layout", table.text("layout", ("nhwc", "nchw"))),
        colours=cast("Colours", table.text("colours", ("rgb", "bgr"))),
        side_pixels=side,
        crop_pixels=table.number("crop", 16, side),
        jpeg_quality=table.number("jpeg_quality", 0, 100),
        mean=_three(table, "mean", -1_000, 1_000),
        divisor=_three(table, "divisor", 0.001, 1_000),
    )
    table.finish()
    return read


def _three(table: Table, name: str, low: float, high: float) -> tuple[float, float, float]:
    first, second, third = table.decimals(name, 3, low, high)
    return (first, second, third)


def _measured(table: Table) -> Measured:
    read = Measured(value=table.text("value"), by=table.text("by"), when=table.moment("when"))
    table.finish()
    return read


def _shaped(table: Table, name: str, shape: re.Pattern[str]) -> str:
    value = table.text(name)
    if not shape.fullmatch(value):
        raise ValueError(f"{table.place}.{name}: this is written otherwise: {shape.pattern}".lstrip("."))
    return value
