from __future__ import annotations

import pytest

from tutela.kernel.taxonomy import check_legal_class, is_generated, legal_classes


def test_check_legal_class_lets_the_closed_set_through() -> None:
    for known in legal_classes():
        assert check_legal_class(known.name) == known.name
    assert check_legal_class("") == ""


def test_check_legal_class_refuses_a_foreign_class() -> None:
    with pytest.raises(ValueError, match="generated_csam"):
        check_legal_class("copyright")


def test_is_generated_by_class_or_by_realism() -> None:
    assert is_generated("generated_csam")
    assert is_generated("csam", "ai-altered")
    assert not is_generated("csam", "photographic")
