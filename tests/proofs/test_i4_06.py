from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("playwright")

from proofs.browser_desk import code_of, form_of
from proofs.figure import Figure
from proofs.i4_06 import conclude


def test_a_code_is_that_of_rfc_6238() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # appendix B: the ASCII text 12345678901234567890
    assert code_of(secret, 59) == "287082" and code_of(secret, 1_111_111_109) == "081804"


def test_addresses_of_one_kind_have_one_form() -> None:
    one, other = (f"/items/itm_{letter * 32}/?state=rated" for letter in "ab")
    assert form_of(one) == form_of(other) == "/items/ID/?state"
    assert form_of("/items/") != form_of("/items/?state=rated")


def test_what_was_found_is_counted_by_kind_and_fails_the_bar(tmp_path: Path) -> None:
    figure = Figure(bar="i4-6", tier="ci", folder=tmp_path)
    conclude(figure, ["a /: axe label: x", "a /: no outline: y", "a /: wider than 320 px: z", "a /: refused"])
    values = [one["value"] for one in figure.as_json()["figures"]]
    assert values == [1, 1, 1, 1] and not figure.passed
    clean = Figure(bar="i4-6", tier="ci", folder=tmp_path)
    conclude(clean, [])
    assert clean.passed
