"""What a machine lacks is skipped visibly, and is a failure where it is required."""

from __future__ import annotations

import pytest

from tests import needs


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> str:
    here = {"lens": (lambda: False, "a lens"), "table": (lambda: True, "a table")}
    monkeypatch.setattr(needs, "NEEDS", here)
    monkeypatch.delenv("TUTELA_REQUIRE", raising=False)
    return "lens"


def test_what_is_here_lets_the_test_run(lacking: str) -> None:
    needs.skip_without("table")
    assert needs.missing("table") == ""


def test_what_is_missing_skips_with_what_to_install(lacking: str) -> None:
    with pytest.raises(pytest.skip.Exception, match="needs a lens"):
        needs.skip_without("table", lacking)


def test_what_is_required_and_missing_fails(lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_REQUIRE", "table,lens")
    with pytest.raises(pytest.fail.Exception, match="a lens"):
        needs.skip_without(lacking)


def test_names_used_by_markers_are_known(request: pytest.FixtureRequest) -> None:
    used = {
        name
        for item in request.session.items
        for marker in item.iter_markers("needs")
        for name in marker.args
    }
    assert used <= set(needs.NEEDS)
