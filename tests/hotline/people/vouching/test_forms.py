from __future__ import annotations

import pytest

from tutela.hotline.people.vouching.forms import VouchForm


@pytest.mark.parametrize(("code", "right"), [("1234 5678", True), ("", False), ("1" * 21, False)])
def test_the_form_asks_for_a_short_code(code: str, right: bool) -> None:
    assert VouchForm({"code": code}).is_valid() is right
