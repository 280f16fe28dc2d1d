from __future__ import annotations

from tests.commands.work_calls import Foreman


def test_a_job_is_shown_whole(foreman: Foreman) -> None:
    job = foreman.put(arguments={"item": "itm_x"}, key="toy:itm_x")
    assert foreman("show", job) == 0
    assert '{"item": "itm_x"}' in foreman.out and "toy:itm_x" in foreman.out
    assert foreman.rows("show", job)[0]["arguments"] == {"item": "itm_x"}


def test_why_a_job_is_parked_is_said_without_the_words_of_its_error(foreman: Foreman) -> None:
    job = foreman.parked()
    foreman("show", job)
    assert "an error of the class TimeoutError" in foreman.out and f"tutela work retry {job}" in foreman.out
    assert "secret" not in foreman.out


def test_a_job_that_is_not_there_is_refused(foreman: Foreman) -> None:
    assert foreman("show", "job_nothing") == 2
    assert "no such job" in foreman.err
