from __future__ import annotations

from tutela.hotline.people.mandate.acts import ACTS, GRANTS


def test_every_grant_is_needed_by_an_act_and_every_need_is_a_grant() -> None:
    assert {need for act in ACTS.values() for need in act.needs} == set(GRANTS)


def test_sentences_are_different_and_read_after_to() -> None:
    sentences = [act.sentence for act in ACTS.values()]
    assert len(set(sentences)) == len(sentences)
    assert all(one[0].islower() and not one.endswith(".") for one in sentences)


def test_what_protects_needs_no_grant() -> None:
    for name in ("receive_report", "refer_police", "retract_notice", "suspend_entry", "withdraw_entry"):
        assert ACTS[name].needs == ()
