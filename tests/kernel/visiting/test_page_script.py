"""The script by its text; what it does in a browser is tested in test_chromium.py."""

from __future__ import annotations

import re

from tutela.kernel.visiting.outline import KINDS, Part
from tutela.kernel.visiting.page_script import AIM, READ


def test_it_tells_of_the_kinds_that_an_outline_has_and_of_no_other() -> None:
    assert set(re.findall(r'kind: "(\w+)"', READ)) == set(KINDS)


def test_it_tells_what_a_part_has_beside_its_address() -> None:
    told = set(re.findall(r"[{,] (\w+): ", READ)) | {"kind", "width", "height"}
    assert {"text", "level", "is_ticked"} <= told
    assert {"kind", "text", "level", "is_ticked", "width", "height"} <= set(Part.__dataclass_fields__)


def test_both_take_one_argument_as_an_expression() -> None:
    for script in (READ, AIM):
        assert re.match(r"\(\w+\) => \{", script.strip()) and script.strip().endswith("}")
