"""The receiving server as a clinic runs it, and somebody who sends to it over HTTP on loopback."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.pilot_calls import Pilot
from tests.processes.founded import within_patience
from tests.serving import free_port
from tutela.prevent.guard.pilot.office import KEYS
from tutela.prevent.guard.pilot.state import FILE
from tutela.processes.probing import listens_on_port


@pytest.mark.slow
def test_a_report_goes_over_http_is_opened_by_the_clinic_and_taken_back(pilot: Pilot) -> None:
    port = free_port()
    pilot.write_draft(port=port)
    pilot.found(count=2)
    for code in pilot.codes():
        assert pilot("enrol", str(pilot.folder), code) == 0
    apart = pilot.place / "apart"
    (pilot.folder / KEYS).rename(apart)
    words = ["receive", str(pilot.folder), "--listen", f"127.0.0.1:{port}"]
    running = subprocess.Popen(
        [sys.executable, "-m", "tutela", "guard", "pilot", *words], stdout=subprocess.PIPE, text=True
    )
    try:
        assert within_patience(lambda: listens_on_port("127.0.0.1", port))
        assert pilot.join() == 0
        assert pilot.mine("answer", "end", "--set", "own_goal=4") == 0
        assert pilot.mine("send", "--agree", pilot.shown()) == 0, pilot.err
        assert "Sent to Clinic of Example" in pilot.err
        rows = pilot.place / "rows.csv"
        assert pilot("open", str(pilot.folder), "--keys", str(apart), "-o", str(rows)) == 0, pilot.err
        assert "2 people enrolled, reports of 1" in pilot.out and "unread" not in pilot.err
        assert pilot.mine("leave", "--take-back") == 0, pilot.err
        assert "Taken back: 1" in pilot.err and not (pilot.device / FILE).exists()
        assert not list((pilot.folder / "received").iterdir())
    finally:
        running.send_signal(signal.SIGTERM)
        out, _ = running.communicate(timeout=30)
    assert running.returncode == 0 and out.startswith(f"== reports on http://127.0.0.1:{port}")
    kept = "".join(path.read_text(errors="replace") for path in pilot.folder.rglob("*.list"))
    assert "127.0.0.1" not in kept and "own_goal" not in kept and len(json.loads(kept.splitlines()[0])) == 5


def test_a_taken_port_and_port_zero_are_refused(pilot: Pilot) -> None:
    pilot.folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        assert pilot("receive", str(pilot.folder), "--listen", place) == 2
    assert "cannot be listened on" in pilot.err
    assert pilot("receive", str(pilot.folder), "--listen", "127.0.0.1:0") == 2
    assert pilot("receive", str(pilot.folder), "--listen", "nonsense") == 2
    assert pilot("receive", str(Path("none"))) == 2
