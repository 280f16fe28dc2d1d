from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_report_is_taken_without_a_mark_and_nothing_of_it_is_kept() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/csp-report/", b'{"csp-report": {}}', content_type="application/csp-report")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get("/csp-report/").status_code == 405
