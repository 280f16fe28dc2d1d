"""What was served, to whom, how fast."""

from __future__ import annotations

from tests.demo.world.worlds import START
from tutela.demo.world.journal import Journal, Served


def served(host: str, seconds: float, source: str = "127.78.0.1", *, showed: bool = True) -> Served:
    return Served(
        at=START,
        seconds=seconds,
        host=host,
        path="/a.jpg",
        source=source,
        method="GET",
        status=200,
        item=f"{host}/known-0",
        showed=showed,
    )


def test_it_counts_by_host_and_names_those_to_whom_an_item_was_shown() -> None:
    journal = Journal()
    journal.note(served("one.test", 1.0))
    journal.note(served("one.test", 1.5, "127.78.0.2"))
    journal.note(served("one.test", 2.1, "127.78.0.3", showed=False))
    journal.note(served("two.test", 1.0))
    assert journal.counts() == {"one.test": 3, "two.test": 1}
    assert journal.sources("one.test/known-0") == {"127.78.0.1", "127.78.0.2"}
    assert len(journal.of_item("two.test/known-0")) == 1


def test_it_says_how_many_requests_came_within_a_second() -> None:
    journal = Journal()
    for seconds in (2.1, 1.0, 1.5):
        journal.note(served("one.test", seconds))
    assert journal.most_within("one.test", 1.0) == 2
    assert journal.most_within("one.test", 2.0) == 3
    assert journal.most_within("one.test", 0.1) == 1
    assert journal.most_within("two.test", 1.0) == 0
