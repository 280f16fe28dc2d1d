from __future__ import annotations

from django.urls import reverse


def test_the_pages_have_their_addresses() -> None:
    assert (reverse("work"), reverse("job", args=["job_x"])) == ("/jobs/", "/jobs/job_x/")
