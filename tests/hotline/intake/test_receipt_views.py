from __future__ import annotations

import re
import statistics
import time
from typing import Any

import pytest
from django.test import Client

from tests.hotline.intake.making import Places, a_form
from tutela.hotline.intake.crowd import crowd
from tutela.hotline.intake.models import Report
from tutela.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db


def test_what_cannot_be_added_now_stays_where_it_was_typed(
    public: Client, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise Unavailable("full", retry_after_seconds=30)

    words = sent(public)
    monkeypatch.setattr("tutela.hotline.intake.receipt_views.keep_report", full)
    response = public.post("/receipt", {"receipt": words, "add": "1", "text": "my words"})
    assert response.status_code == 503 and response.headers["Retry-After"] == "30"
    assert b"my words</textarea>" in response.content


def test_an_addition_waits_under_load_too(public: Client, places: Places, settings: Any) -> None:
    words = sent(public)
    settings.TUTELA_REPORTS_PER_SECOND = 0.001
    crowd.cache_clear()
    response = public.post("/receipt", {"receipt": words, "add": "1", "text": "my words"})
    assert response.status_code == 429 and b"my words</textarea>" in response.content
    assert Report.objects.count() == 1


def test_more_than_can_be_read_is_refused(public: Client) -> None:
    assert public.post("/receipt", {"receipt": "x" * (9 << 20)}).status_code == 413


def sent(public: Client) -> str:

    text = public.post("/report", a_form()).content.decode()
    return " ".join(re.findall(r'<li lang="en">([a-z-]+)</li>', text))


@pytest.mark.slow
def test_right_and_wrong_words_take_as_long_and_answer_as_much(public: Client, places: Places) -> None:
    """Interleaved, so that what else the machine does concerns both; the median shrugs off what does not."""
    words = sent(public)
    wrong = " ".join(reversed(words.split()))
    took: dict[str, list[float]] = {words: [], wrong: []}
    lengths = set()
    for _ in range(40):
        for asked, times in took.items():
            begun = time.perf_counter()
            answer = public.post("/receipt", {"receipt": asked})
            times.append(time.perf_counter() - begun)
            lengths.add(len(answer.content))
    right, other = (statistics.median(times) for times in took.values())
    assert len(lengths) == 1 and abs(right - other) < 0.25 * right
