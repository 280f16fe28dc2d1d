"""A house in which something has happened, for the tests of backup and restore; each step in a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.processes.founded import environment
from tutela.kernel.custody import age

#: Takes in reports until it is told to end; prints ``ACK <digest of the receipt>`` after each.
TAKE_IN = """
import sys
from tutela.web.starting import start_django; start_django()
from tutela.hotline.intake.actions import receive_report
for number in range(int(sys.argv[1])):
    receipt = receive_report({"addresses": f"https://there.test/{number}"})
    print("ACK", receipt.digest, flush=True)
"""
#: One notice in the outbox, one that is being sent, one that was sent; prints their ids.
NOTICES = """
from tutela.web.starting import start_django; start_django()
from tests.hotline.takedown.making import a_notice
from tutela.hotline.takedown.models import Notice
from tutela.kernel.clock import SystemClock
for number, state in enumerate(("queued", "sending", "sent")):
    notice = a_notice(SystemClock(), address=f"abuse@host{number}.test")
    Notice.objects.filter(pk=notice.pk).update(state=state)
    print("ACK", notice.public_id, flush=True)
"""
#: What a house holds: receipts, and the state of each notice.
LOOK = """
from tutela.web.starting import start_django; start_django()
from tutela.hotline.intake.models import Report
from tutela.hotline.takedown.models import Notice
for digest in Report.objects.values_list("receipt_digest", flat=True):
    print("REPORT", digest)
for notice in Notice.objects.all():
    print("NOTICE", notice.public_id, notice.state, notice.evidence)
"""
ROOT = Path(__file__).resolve().parents[3]
SECRET, PUBLIC = age.new_key()


def lines(home: Path, text: str, *words: str, **more: str) -> list[list[str]]:
    """What a script printed in this house, split into words."""
    done = subprocess.run(
        [sys.executable, "-c", text, *words],
        cwd=ROOT,
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [line.split() for line in done.stdout.splitlines()]


def acknowledged(found: list[list[str]]) -> list[str]:
    return [words[1] for words in found if words[0] == "ACK"]


def keep_keys(folder: Path, home: Path) -> tuple[str, ...]:
    """The options that bring the house's backup back: its key and the log's, kept in ``folder``."""
    (folder / "backup.key").write_text(f"# a comment\n{SECRET}\n")
    (folder / "log.pub").write_bytes((home / "log.pub").read_bytes())
    return ("--key", str(folder / "backup.key"), "--log", str(folder / "log.pub"))
