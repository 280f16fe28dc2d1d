from __future__ import annotations

from tutela.detect.service.doctor.findings import count, fail, ok, summary, warn


def test_a_finding_is_one_line_with_what_to_do() -> None:
    assert ok("a", "all is well").line() == "ok    all is well"
    assert warn("a", "it is late", "hurry").line() == "warn  it is late: hurry"
    assert fail("a", "it is broken", "mend it").line() == "fail  it is broken: mend it"


def test_the_summary_counts_each_state() -> None:
    found = [ok("a", "x"), warn("b", "x", "y"), ok("c", "x")]
    assert summary(found) == "0 fail, 1 warn, 2 ok"
    assert summary([fail("a", "x", "y")]) == "1 fail, 0 warn, 0 ok"


def test_counts_are_words() -> None:
    assert (count(0, "token"), count(1, "token"), count(1200, "token")) == (
        "0 tokens",
        "1 token",
        "1,200 tokens",
    )
