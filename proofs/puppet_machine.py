"""One dishonest administrator, driven by hypothesis over the product's own actions and a real database.

``python -m proofs.puppet_machine STEPS CONTROL_STEPS SEED`` prints what was counted as JSON, and for each
control, a rule of the product that is broken on purpose, whether the machine found it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

if TYPE_CHECKING:
    from proofs.puppet_house import PuppetHouse

#: Steps of one run; each run is a transaction that is rolled back.
STEPS_A_RUN = 30


class PuppetMachine(RuleBasedStateMachine):
    """What Mallory and the honest people do; ``house`` and ``counts`` are set by ``driven``."""

    house: ClassVar[PuppetHouse]
    counts: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        from django.db import transaction

        self._run = transaction.atomic()
        self._run.__enter__()
        self.begun = False

    @initialize()
    def begin(self) -> None:
        self.house.begin()
        self.begun = True

    @rule(data=st.data())
    def mallory_invites_a_puppet(self, data: st.DataObject) -> None:
        roles = data.draw(st.sampled_from(self._roles()))
        self._try("puppets", lambda actor: self.house.join("Mallory", roles, actor=actor), data)

    @rule(data=st.data())
    def mallory_takes_an_account_over(self, data: st.DataObject) -> None:
        account = data.draw(st.sampled_from(list(self.house.holder)))
        self._try("taken over", lambda actor: self.house.reset(account, "Mallory", actor=actor), data)

    @rule(data=st.data())
    def mallory_gives_roles(self, data: st.DataObject) -> None:
        account = data.draw(st.sampled_from(list(self.house.holder)))
        roles = data.draw(st.sampled_from(self._roles()))
        self._try("roles given", lambda actor: self.house.change_roles(account, roles, actor=actor), data)

    @rule(data=st.data())
    def mallory_vouches_for_everything(self, data: st.DataObject) -> None:
        mine = data.draw(st.permutations(self.house.held_by("Mallory")))[:3]
        for voucher in mine:
            for account in mine:
                self.counts["words of puppets taken"] += self.house.vouch(voucher, account)
                self.counts["words of puppets tried"] += 1

    @rule()
    def mallory_votes_with_every_account(self) -> None:
        mine = self.house.held_by("Mallory")
        self.house.cast(mine)
        self.counts["votes of puppets"] += len(mine)

    @rule(data=st.data())
    def mallory_has_a_puppet_at_once(self, data: st.DataObject) -> None:
        """Invites or takes over, vouches with all that is in hand, votes with all of it."""
        if data.draw(st.booleans()):
            self.mallory_invites_a_puppet(data)
        else:
            self.mallory_takes_an_account_over(data)
        self.mallory_vouches_for_everything(data)
        self.mallory_votes_with_every_account()

    @rule(data=st.data())
    def mallory_comes_back_under_another_account(self, data: st.DataObject) -> None:
        """Votes, has another account put on the roster in the place of the first, and votes again."""
        self.house.cast([self.house.own["Mallory"]])
        self.mallory_invites_a_puppet(data)
        self.house.own["Mallory"] = self.house.held_by("Mallory")[-1]
        self.house.write_roster()
        self.signers_enact()
        self.house.cast([self.house.own["Mallory"]])
        self.counts["votes of puppets"] += 2

    @rule()
    def honest_people_vouch_for_each_other(self) -> None:
        """Each for whom they see with the account in hand: Mallory too, as one person."""
        house = self.house
        real = [one for human, one in house.own.items() if house.holder[one] == human]
        for voucher in real:
            if house.holder[voucher] != "Mallory":
                waiting = [one for one in real if one in house.waiting_for(voucher)]
                self.counts["words of honest people"] += sum(house.vouch(voucher, one) for one in waiting)

    @rule(data=st.data())
    def somebody_honest_gets_their_account_back(self, data: st.DataObject) -> None:
        from proofs.puppet_house import HONEST, OPERATOR

        human = data.draw(st.sampled_from(sorted(HONEST)))
        self.house.reset(self.house.own[human], human, actor=OPERATOR)
        self.counts["got back"] += 1

    @rule(data=st.data())
    def signers_write(self, data: st.DataObject) -> None:
        """What they will sign; Mallory may read out another account than before, as if come back anew."""
        mine = data.draw(st.sampled_from(self.house.held_by("Mallory")))
        if data.draw(st.booleans()):
            self.house.own["Mallory"] = mine
        self.house.write_roster()
        if data.draw(st.booleans()):  # else something happens between writing and signing
            self.signers_enact()

    @rule()
    def signers_enact(self) -> None:
        """What was written comes into force, however the accounts stand by now."""
        self.house.enact()
        self.counts["rosters"] += 1

    @invariant()
    def mallory_is_one_person(self) -> None:
        if not self.begun:
            return
        self.counts["steps"] += 1
        for name, decision in self.house.decisions().items():
            if decision.tally.votes > 1 or decision.allowed:
                self._fault("MORE THAN ONE", f"{name}: Mallory alone is {decision.tally.votes} people")

    def teardown(self) -> None:
        from django.db import transaction

        try:
            if self.begun and not self.counts["FAULT FOUND"]:
                self.counts["brought back"] += 1
                if not self.house.recovered():
                    self._fault("DEADLOCKS", "operator and signers cannot bring the house back")
        finally:
            transaction.set_rollback(True)
            self._run.__exit__(None, None, None)

    def _try(self, what: str, act: Callable[[Any], object], data: st.DataObject) -> None:
        """Mallory acts from an account in hand that is an administrator's, or from the shell."""
        from django.db import transaction

        from tutela.hotline.ledger.actors import Actor
        from tutela.kernel.errors import TutelaError

        mine = [one for one in self.house.held_by("Mallory") if self._administers(one)]
        name = data.draw(st.sampled_from([*mine, ""]))
        from proofs.puppet_house import OPERATOR

        with suppress(TutelaError), transaction.atomic():
            act(Actor(kind="person", name=name) if name else OPERATOR)
            self.counts[what] += 1

    def _administers(self, account: str) -> bool:
        from tutela.hotline.people.access import roles_of

        return "administrator" in roles_of(self.house.person(account))

    def _roles(self) -> tuple[frozenset[str], ...]:
        from proofs.puppet_house import ROLES

        return ROLES

    def _fault(self, name: str, said: str) -> None:
        self.counts[name] += 1
        raise AssertionError(said)


def drive(home: Path, steps: int, *, seed: int, shrink: bool = True) -> Counter[str]:
    """What was counted in at least ``steps`` steps; fewer with a fault, and then ``FAULTS`` is 1."""
    from proofs.puppet_house import PuppetHouse
    from tutela.kernel.clock import FixedClock

    clock = FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    house, counts = _outside(home, clock, PuppetHouse), Counter[str]()
    machine: Any = type("Puppets", (PuppetMachine,), {"house": house, "counts": counts})
    number = 0
    while counts["steps"] < steps and not counts["FAULTS"]:
        how = settings(
            max_examples=max(1, (steps - counts["steps"]) // STEPS_A_RUN),
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
            counts["FAULTS"] += 1
            if shrink:  # a control is meant to be found: the way to it would fill the log
                print(f"found: {error}", *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        number += 1
    return counts


def _outside(home: Path, clock: Any, make: Callable[[Path, Any], PuppetHouse]) -> PuppetHouse:
    """The house, its first people rolled back: each run makes its own."""
    from django.db import transaction

    with transaction.atomic():
        house = make(home, clock)
        transaction.set_rollback(True)
    return house


def _everybody_counts(agreeing: list[Any], *, several: bool) -> list[Any]:
    return agreeing


def _nothing(*_arguments: Any, **_named: Any) -> None:
    return None


def _always(*_arguments: Any, **_named: Any) -> str:
    return "colleagues"


def _as_recorded(votes: Any, **_named: Any) -> list[Any]:
    return list(votes)


#: What is broken: where, and with what.
CONTROLS: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "every vote counts": (("tutela.hotline.people.quorum.deciding._counting", _everybody_counts),),
    "one word is enough": (("tutela.hotline.people.vouching.rule.WORDS", 1),),
    "a new sign-in keeps its words": (("tutela.hotline.people.actions._renew", _nothing),),
    "a pair vouches for itself": (
        ("tutela.hotline.people.vouching.actions.vouched_for", _always),
        ("tutela.hotline.people.vouching.rule._known", None),
    ),
    "votes outlive their account": (("tutela.hotline.people.vouching.queries.standing_votes", _as_recorded),),
}


def _known_by_anybody(present: Any, given: list[Any], found: Any) -> Iterator[str]:
    """As the rule, but for whether those who vouch are vouched for themselves."""
    from tutela.hotline.people.vouching.rule import WORDS

    for name in present.keys() - found.keys():
        if len({one.giver for one in given if one.about == name}) >= WORDS:
            yield name


@contextmanager
def broken(control: str) -> Iterator[None]:
    """The product with this fault in it; as it is where ``control`` is empty."""
    with ExitStack() as stack:
        for place, instead in CONTROLS[control] if control else ():
            stack.enter_context(patch(place, instead or _known_by_anybody))
        yield


def main() -> None:
    steps, control_steps, seed = map(int, sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        _start(Path(folder))
        found: dict[str, Any] = {"counts": _in_a_house(Path(folder) / "house", "", steps, seed)}
        for number, name in enumerate(CONTROLS):
            broke = _in_a_house(Path(folder) / f"control-{number}", name, control_steps, seed)
            found[name] = {"found": broke["FAULTS"], "steps": broke["steps"]}
    sys.stdout.write(json.dumps(found) + "\n")


def _start(folder: Path) -> None:
    """Django with a database of its own."""
    os.environ |= {"TUTELA_HOME": str(folder), "TUTELA_HOTLINE__DATABASE": ""}
    from tutela.kernel import log
    from tutela.web.login_key import make_login_key
    from tutela.web.starting import start_django

    log.configure(level="error")
    make_login_key(folder)
    start_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _in_a_house(home: Path, control: str, steps: int, seed: int) -> Counter[str]:
    os.environ["TUTELA_HOME"] = str(home)
    with broken(control):
        return drive(home, steps, seed=seed, shrink=not control)


if __name__ == "__main__":
    main()
