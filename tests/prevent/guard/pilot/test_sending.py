from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.prevent.guard.pilot.making import Line, clock, joined_at, office_at
from tutela.kernel.egress.posting import Answer
from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.pilot import taking_part
from tutela.prevent.guard.pilot.sending import digest_of, frame_for, send, send_shown, take_back
from tutela.prevent.guard.pilot.store import Store
from tutela.prevent.guard.pilot.wire import open_frame, parse_frame


def test_exactly_the_bytes_that_were_shown_and_agreed_to_go(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    device, line = joined_at(tmp_path / "d", office), Line(Store(office.path, clock()))
    shown = taking_part.show(device)
    taking_part.answer(device, "start", {"calm": 1})
    state = device.state()
    send(state, frame_for(state, digest_of(shown)), line)
    (went,) = line.went
    assert open_frame(parse_frame(went), study="example", private=office.opens()) == shown
    assert line.destinations[0].port == 8707


def test_without_the_digest_of_what_was_shown_nothing_goes(tmp_path: Path) -> None:
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"))
    with pytest.raises(Refused, match="look at what would be sent first"):
        frame_for(device.state(), digest_of(b""))
    shown = taking_part.show(device)
    for digest in ("", "0" * 64, digest_of(shown)[:-1], digest_of(shown + b" ")):
        with pytest.raises(Refused, match="not the digest"):
            frame_for(device.state(), digest)
    before = digest_of(shown)
    taking_part.answer(device, "start", {"calm": 1})
    taking_part.show(device)
    with pytest.raises(Refused, match="not the digest"):
        frame_for(device.state(), before)


def test_what_is_sent_again_is_the_same_bytes(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    device, line = joined_at(tmp_path / "d", office), Line(Store(office.path, clock()))
    digest = digest_of(taking_part.show(device))

    def losing(*request: Any) -> Answer:
        return replace(line(*request), status=504)  # the receipt is lost on its way back

    with pytest.raises(Unavailable, match="send it again"):
        send_shown(device, digest, losing)
    assert device.state().sent == 0 and device.state().shown
    state = send_shown(device, digest, line)
    assert line.went[0] == line.went[1]
    assert len(list((office.path / "received").iterdir())) == 1
    assert state.sent == 1 and not state.shown and not state.frame
    assert device.state() == state, "it is kept"
    with pytest.raises(Refused, match="look"):
        send_shown(device, digest, line)


def test_nothing_is_sent_once_the_study_has_ended(tmp_path: Path) -> None:
    office, at = office_at(tmp_path / "s"), clock()
    device, line = joined_at(tmp_path / "d", office, at=at), Line(Store(office.path, at))
    digest = digest_of(taking_part.show(device))
    at.advance(365 * 86_400)
    with pytest.raises(Refused, match="ended"):
        send_shown(device, digest, line)
    assert not line.went and device.state().shown


def test_taking_back_needs_the_secret_of_this_device(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    device, line = joined_at(tmp_path / "d", office), Line(Store(office.path, clock()))
    digest = digest_of(taking_part.show(device))
    send(device.state(), frame_for(device.state(), digest), line)
    assert take_back(replace(device.state(), retraction=bytes(32)), line) == 0
    assert take_back(device.state(), line) == 1
    assert not list((office.path / "received").iterdir())


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, b"{}", Refused),
        (503, b"{}", Unavailable),
        (200, b"", Unavailable),
        (200, b"[]", Unavailable),
        (200, b"[" * 100_000, Unavailable),
        (200, b'{"receipt": "other", "taken_back": "x"}', Unavailable),
        (302, b"{}", Unavailable),
    ],
)
def test_without_a_receipt_nothing_counts_as_sent(
    tmp_path: Path, status: int, body: bytes, error: type[Exception]
) -> None:
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"))
    digest = digest_of(taking_part.show(device))
    frame = frame_for(device.state(), digest)
    answer = Answer(status=status, untrusted_headers={}, untrusted_body=body)
    with pytest.raises(error):
        send(device.state(), frame, lambda *_: answer)
    with pytest.raises(error):
        take_back(device.state(), lambda *_: answer)


def test_nothing_but_the_commands_of_the_person_imports_it() -> None:
    import tutela

    source = Path(tutela.__file__).parent
    users = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if re.search(r"pilot\.sending|pilot import .*sending", path.read_text(encoding="utf-8"))
    }
    assert users == {"commands/guard_pilot_sending.py", "commands/guard_pilot_joining.py"}
