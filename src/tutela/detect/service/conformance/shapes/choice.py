"""Which client speaks which shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, assert_never

from tutela.detect.service.conformance.shapes.arachnid import ArachnidSubject
from tutela.detect.service.conformance.shapes.contract import Subject
from tutela.detect.service.conformance.shapes.hma import HmaSubject
from tutela.detect.service.conformance.shapes.native import NativeSubject, Value
from tutela.detect.service.conformance.wire import Wire

ShapeName = Literal["hma", "arachnid", "tutela"]


def subject_of(
    shape: ShapeName, wire: Wire, token: str, values_of: Callable[[bytes], Sequence[Value]]
) -> Subject:
    """The client of a shape; ``token`` is "" for none, ``values_of`` is what tutela's shape lists."""
    match shape:
        case "hma":
            return HmaSubject(wire, token)
        case "arachnid":
            return ArachnidSubject(wire, token)
        case "tutela":
            return NativeSubject(wire, token, values_of)
    assert_never(shape)
