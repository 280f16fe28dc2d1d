"""The script of a mail server's faults."""

from __future__ import annotations

from datetime import timedelta

from tests.demo.world.worlds import START
from tutela.demo.world.mail_faults import Fault, FaultScript

TO = "abuse@one.test"


def test_planned_faults_come_in_turn_and_those_of_a_recipient_first() -> None:
    script = FaultScript()
    script.plan(Fault.BUSY)
    script.plan(Fault.DOWN, Fault.HANG, recipient=TO)
    tries = [script.of_try("h@h.test", TO, START) for _ in range(4)]
    assert tries == [Fault.DOWN, Fault.HANG, Fault.BUSY, Fault.NONE]


def test_a_standing_fault_stands_until_it_is_ended() -> None:
    script = FaultScript()
    script.always(Fault.DOWN)
    script.always(Fault.NONE, recipient=TO)
    assert script.of_try("h@h.test", "x@one.test", START) is Fault.DOWN
    assert script.of_try("h@h.test", TO, START) is Fault.NONE
    script.always(Fault.NONE)
    assert script.of_try("h@h.test", "x@one.test", START) is Fault.NONE


def test_greylisting_ends_by_itself_for_each_pair() -> None:
    script = FaultScript()
    script.always(Fault.GREYLIST)
    moments = [START + timedelta(seconds=seconds) for seconds in (0, 299, 300)]
    tries = [script.of_try("h@h.test", TO, moment) for moment in moments]
    assert tries == [Fault.GREYLIST, Fault.GREYLIST, Fault.NONE]
    assert script.of_try("h@h.test", "x@one.test", moments[-1]) is Fault.GREYLIST
