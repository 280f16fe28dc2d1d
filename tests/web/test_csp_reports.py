from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tutela.web import csp_reports
from tutela.web.csp_reports import LINE_SECONDS, REPORT_BYTES_MAX, _Counter

pytestmark = pytest.mark.django_db
KIND = "application/csp-report"


class Line:
    """A log that counts its lines."""

    def __init__(self) -> None:
        self.told: list[int] = []

    def warning(self, _event: str, *, reports: int) -> None:
        self.told.append(reports)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line()
    monkeypatch.setattr(csp_reports, "_log", line)
    monkeypatch.setattr(csp_reports, "_counter", _Counter())
    return line


def test_a_report_is_taken_without_a_mark_and_nothing_of_it_is_kept(log: Line) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/csp-report/", b'{"csp-report": {}}', content_type=KIND)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get("/csp-report/").status_code == 405
    assert log.told == [1]


def test_many_reports_write_one_line_a_minute(log: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("tutela.web.csp_reports.time.monotonic", lambda: now[0])
    for _ in range(50):
        Client().post("/csp-report/", b"{}", content_type=KIND)
    assert log.told == [1]
    now[0] += LINE_SECONDS
    Client().post("/csp-report/", b"{}", content_type=KIND)
    assert log.told == [1, 50]


@pytest.mark.parametrize("size", [str(REPORT_BYTES_MAX + 1), "-1", "lots", "²"])
def test_a_report_that_is_none_by_its_size_is_refused(log: Line, size: str) -> None:
    said: dict[str, Any] = {"CONTENT_LENGTH": size}
    assert Client().post("/csp-report/", b"{}", content_type=KIND, **said).status_code == 413
