"""The names of the shapes: those of the command line, each with its client."""

from __future__ import annotations

from typing import get_args

from tutela.commands.conformance import SHAPE_NAMES
from tutela.detect.service.conformance.shapes.choice import ShapeName, subject_of
from tutela.detect.service.conformance.wire import Wire


def test_each_name_opens_its_own_client() -> None:
    assert get_args(ShapeName) == SHAPE_NAMES
    for name in get_args(ShapeName):
        assert subject_of(name, Wire("http://h"), "", lambda picture: []).shape == name
