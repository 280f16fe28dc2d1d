from __future__ import annotations

from tutela.hotline.cases.actions.whose import person_of, process_of
from tutela.hotline.ledger.actors import PUBLIC, person, process
from tutela.kernel.ids import new_id


def test_everybody_acts_through_a_process_and_people_have_an_id() -> None:
    who = new_id("usr_")
    assert (process_of(person(who)), person_of(person(who))) == ("desk", who)
    assert (process_of(process("worker")), person_of(process("worker"))) == ("worker", "")
    assert (process_of(PUBLIC), person_of(PUBLIC)) == ("public", "")
