"""The model of a house driven by hypothesis: rules that try everything, and what holds after each step."""

from __future__ import annotations

import sys
from collections import Counter
from random import Random
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from proofs.quorum_model import LISTS, PUPPETS, SIX, STAGES, TWO, House, Member, Subject, lawful
from tutela.hotline.people.mandate.reading import SAMPLES
from tutela.hotline.people.quorum import CONSEQUENCES
from tutela.hotline.people.quorum.deciding import Stage

#: People of the house and the profiles that are made for so many.
HOUSES = {2: (TWO, ("solo-duty", "small")), 6: (SIX, ("small", "standard"))}
#: Steps of one run of a house.
STEPS_A_RUN = 50


def stages_of(member: Member) -> list[Stage]:
    """What this member's roles let them do; the first stage for somebody who may do nothing."""
    return [stage for stage, roles in STAGES.items() if member.roles & roles] or ["propose"]


class QuorumMachine(RuleBasedStateMachine):
    """What people may try with votes, keys and rows; a subclass says how many they are and counts."""

    size = 2
    counts: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.house: House | None = None

    @initialize(chance=st.randoms(use_true_random=True))
    def begin(self, chance: Random) -> None:
        """A house, three items that are to be listed and one of any consequence."""
        people, profiles = HOUSES[self.size]
        mandate = chance.choice((*SAMPLES, *SAMPLES[:3]))  # with no viewing nothing can be listed: seldom
        self.house = House(people, profile=chance.choice(profiles), mandate=mandate)
        names = [*(chance.choice(LISTS) for _ in range(3)), chance.choice(list(CONSEQUENCES))]
        self.house.subjects = [Subject(consequence=name) for name in names]

    @rule(data=st.data(), look=st.sampled_from(["none", "protected", "full", "full"]))
    def vote(self, data: st.DataObject, look: Any) -> None:
        """Any member, any stage, mostly agreeing."""
        house, subject = self._here(data)
        member, stage = data.draw(st.sampled_from(house.people)), data.draw(self._stage)
        agrees = data.draw(st.integers(0, 7)) > 0
        taken = house.cast(member, subject, stage=stage, look=look, agrees=agrees)
        self.counts["votes"] += taken
        self.counts["votes refused by role or mandate"] += not taken

    @rule(data=st.data(), chance=st.randoms(use_true_random=True))
    def gather(self, data: st.DataObject, chance: Random) -> None:
        """Some of those who are asked vote, one may object or use another's key; then somebody puts it on."""
        house, subject = self._here(data)
        asked = chance.choice((house.people, house.people, house.own))
        voting = [one for one in asked if chance.random() < chance.choice((0.4, 0.9))]
        objector = chance.choice((*asked, *[None] * 12))
        borrowed = chance.choice(("", "", "", "", house.keys[asked[0].person]))
        for member in voting:
            stage = chance.choice(stages_of(member))
            key = borrowed if chance.random() < 0.5 else ""
            house.cast(member, subject, stage=stage, look="full", agrees=member is not objector, key=key)
        self.counts["votes gathered"] += len(voting)
        self.counts["made active"] += house.activate(subject)

    @rule(data=st.data(), times=st.integers(2, 3))
    def vote_often(self, data: st.DataObject, times: int) -> None:
        """One person, several votes at every stage, each with a key of a new name."""
        house, subject = self._here(data)
        member = data.draw(st.sampled_from(house.people))
        for stage in list(STAGES)[:times]:
            house.renew_key(member)
            house.cast(member, subject, stage=stage, look="full", agrees=True)
        self.counts["people who voted often"] += 1

    @rule(data=st.data(), number=st.integers(1, len(PUPPETS)))
    def vote_with_puppets(self, data: st.DataObject, number: int) -> None:
        """One person and accounts of theirs that nobody vouched for agree; then it is put on."""
        house, subject = self._here(data)
        member = data.draw(st.sampled_from(house.own))
        for place, one in enumerate((member, *PUPPETS[:number])):
            stage: Stage = "approve" if place % 2 else "assess"
            house.cast(one, subject, stage=stage, look="full", agrees=True)
        self.counts["votes of puppets"] += number
        self.counts["made active"] += house.activate(subject)

    @rule(data=st.data())
    def use_another_s_key(self, data: st.DataObject) -> None:
        house, subject = self._here(data)
        one, other = (data.draw(st.sampled_from(house.people)) for _ in range(2))
        key = house.keys[other.person]
        house.cast(one, subject, stage=data.draw(self._stage), look="full", agrees=True, key=key)
        self.counts["keys of others used"] += one != other

    @rule(data=st.data())
    def put_on(self, data: st.DataObject) -> None:
        house, subject = self._here(data)
        self.counts["made active"] += house.activate(subject)

    @rule(data=st.data())
    def edit_the_row(self, data: st.DataObject) -> None:
        """The database says active; nobody asked the quorum."""
        _, subject = self._here(data)
        subject.state = "active"
        self.counts["rows edited"] += 1

    @rule(data=st.data())
    def suspend(self, data: st.DataObject) -> None:
        house, subject = self._here(data)
        was = subject.state
        if not house.suspend(data.draw(st.sampled_from(house.people)), subject):
            self._fault("SUSPENSIONS REFUSED", "one person could not suspend an entry")
        self.counts["suspended"] += 1
        subject.state = "open" if was == "open" else "suspended"

    @invariant()
    def nothing_is_listed_without_quorum(self) -> None:
        if self.house is None:
            return
        self.counts["steps"] += 1
        for subject in self.house.publish():
            self.counts["entries seen published"] += 1
            if not lawful(subject):
                self._fault("WITHOUT QUORUM", "an entry is published without its quorum")
            if len({one.person for one in subject.votes}) < 2:
                self._fault("BY ONE PERSON", "an entry is published by one person")

    def _fault(self, name: str, said: str) -> None:
        self.counts[name] += 1
        raise AssertionError(said)

    def teardown(self) -> None:
        """From wherever the run ended, everything that this house wants can still be brought about."""
        if self.house is None:
            return
        every = [Subject(consequence=name) for name in self.house.wanted()]
        begun = [one for one in self.house.subjects if one.consequence in self.house.wanted()]
        for subject in (*every, *begun):
            self.counts["reachability checked"] += 1
            if not self.house.reaches(subject):
                self._fault("DEADLOCKS", f"{subject.consequence} can no longer be brought about")

    _stage: ClassVar[st.SearchStrategy[Stage]] = st.sampled_from(("propose", "assess", "approve", "approve"))

    def _here(self, data: st.DataObject) -> tuple[House, Subject]:
        if self.house is None:
            raise AssertionError("the run has not begun")
        return self.house, data.draw(st.sampled_from(self.house.subjects))


def machine_of(size: int) -> type[QuorumMachine]:
    """A machine for a house of this many people, with counts of its own."""
    return type(f"HouseOf{size}", (QuorumMachine,), {"size": size, "counts": Counter()})


def drive(size: int, steps: int, *, seed: int, shrink: bool = True) -> Counter[str]:
    """What was counted in at least ``steps`` steps; fewer with a fault, and then ``FAULTS`` is 1.

    hypothesis prints the way to a fault, the shortest with ``shrink``.
    """
    machine, number = machine_of(size), 0
    while machine.counts["steps"] < steps and not machine.counts["FAULTS"]:
        left = steps - machine.counts["steps"]
        how = settings(
            max_examples=max(1, left // STEPS_A_RUN),
            stateful_step_count=STEPS_A_RUN,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        machine._hypothesis_internal_use_seed = seed + number
        try:
            run_state_machine_as_test(machine, settings=how)
        except AssertionError as error:
            machine.counts["FAULTS"] += 1
            if shrink:  # a control is meant to be found: the way to it would fill the log
                print(f"found: {error}", *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        number += 1
    return machine.counts
