from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tutela.hotline.takedown.traces import MemoryTrace, NoTrace, PostfixTrace, Trace

SINCE = datetime(2026, 5, 4, 3, 2, 0, tzinfo=UTC)
UNTIL = SINCE + timedelta(seconds=10)
ID = "<msg_one@hotline.test>"


def line(seconds: float, part: str, rest: str) -> str:
    return f"{(SINCE + timedelta(seconds=seconds)).isoformat()} mail postfix/{part}[12]: {rest}"


BEFORE, AFTER = line(-60, "smtpd", "connect from localhost"), line(60, "smtpd", "connect from localhost")
CLEANUP = line(1, "cleanup", f"4ABC: message-id={ID}")
ACTIVE = line(1, "qmgr", "4ABC: from=<notices@hotline.test>, size=500, nrcpt=1 (queue active)")
BOUNCED = line(2, "smtp", "4ABC: to=<abuse@host.test>, relay=none, dsn=5.1.1, status=bounced (no such user)")
OTHER = line(1, "cleanup", "4ABD: message-id=<msg_two@hotline.test>")


@pytest.mark.parametrize(
    ("lines", "trace"),
    [
        ([BEFORE, CLEANUP, ACTIVE], "accepted"),
        ([CLEANUP, ACTIVE, BOUNCED], "bounced"),
        ([BEFORE, OTHER, AFTER], "absent"),
        ([BEFORE, CLEANUP, AFTER], "unknown"),  # came in, and nobody says that it was whole
        ([OTHER, AFTER], "unknown"),  # the log begins too late
        ([BEFORE, OTHER], "unknown"),  # the log ends too early
        ([], "unknown"),
        (["nonsense", "2026-05-04 postfix", "\x00\xff"], "unknown"),
        ([BEFORE, line(1, "cleanup", f"4ABC: message-id={ID}x"), AFTER], "absent"),
        ([BEFORE, line(1, "smtpd", f"4ABC: message-id={ID}"), AFTER], "absent"),
        (["May  4 03:02:01 mail postfix/cleanup[1]: 4ABC: message-id=" + ID], "unknown"),
    ],
    ids=range(11),
)
def test_postfix_log_is_evidence_only_for_what_it_says(
    tmp_path: Path, lines: list[str], trace: Trace
) -> None:
    log = tmp_path / "mail.log"
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert PostfixTrace(log).find(ID, since=SINCE, until=UNTIL) == trace


@pytest.mark.parametrize("name", ["mail.log.1", "mail.log.1.gz"])
def test_a_log_that_was_rotated_is_read_before_it(tmp_path: Path, name: str) -> None:
    log = tmp_path / "mail.log"
    text = f"{BEFORE}\n{CLEANUP}\n{ACTIVE}\n".encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    log.write_text(AFTER + "\n")
    assert PostfixTrace(log).find(ID, since=SINCE, until=UNTIL) == "accepted"


def test_a_log_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "mail.log.1.gz").write_bytes(b"this is no gzip")
    assert PostfixTrace(tmp_path / "mail.log").find(ID, since=SINCE, until=UNTIL) == "unknown"
    assert PostfixTrace(tmp_path / "none").find(ID, since=SINCE, until=UNTIL) == "unknown"
    assert NoTrace().find(ID, since=SINCE, until=UNTIL) == "unknown"


def test_the_fake_has_a_table() -> None:
    trace = MemoryTrace(known={ID: "absent"})
    assert trace.find(ID, since=SINCE, until=UNTIL) == "absent"
    assert trace.find("<other@hotline.test>", since=SINCE, until=UNTIL) == "unknown"
