"""The judge put together from what the person switched on, and put together again when that changes."""

from __future__ import annotations

import time
from typing import Final

from tutela.kernel.clock import Clock
from tutela.kernel.errors import TutelaError, Unavailable
from tutela.prevent.guard.classes.cards import Card
from tutela.prevent.guard.classes.chosen import read_classes
from tutela.prevent.guard.classes.shapes import Classifier
from tutela.prevent.guard.judging.ladder import LadderJudge, open_judge
from tutela.prevent.guard.judging.shapes import JudgeRules
from tutela.prevent.guard.lists.files import Stamp, stamp_of
from tutela.prevent.guard.lists.installed import kept_lists
from tutela.prevent.guard.person.folder import CLASSES, Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.running.known import DeviceLists, NoLists, open_lists
from tutela.prevent.guard.running.scorers import Scorers, names_of, open_scorers
from tutela.prevent.guard.running.switching import Holding, SwitchedJudge
from tutela.prevent.guard.shapes import Why

#: Seconds until what could not be put together is tried again (our own).
AGAIN_SECONDS: Final = 10.0

#: What the judge was made from: which lists are in place, which classifiers are on.
Made = tuple[bool, tuple[str, ...], tuple[str, ...], Stamp]


class Parts:
    """Lists, classifiers and the judge over them. ``follow`` belongs to one thread."""

    def __init__(self, folder: Folder, clock: Clock, *, lockdown_required: bool = True) -> None:
        self._folder, self._clock = folder, clock
        self._rules = JudgeRules(lockdown_required=lockdown_required)
        self.judge = SwitchedJudge(Holding("worker_failed"))
        self._made: Made | None = None
        self._again_at = 0.0
        self._known: DeviceLists | NoLists = NoLists()
        self._classifier: Classifier | None = None
        self._ladder: LadderJudge | None = None
        self._in_use: object = None

    def follow(self, policy: Policy) -> None:
        """Return once the judge is made of what the policy has on; it holds everything where it cannot be."""
        wanted = self._wanted(policy)
        if wanted != self._made or (self._ladder is None and time.monotonic() >= self._again_at):
            self._remake(wanted, policy)
        self._forget_old_rulings()

    @property
    def in_force(self) -> object:
        """Another value whenever other lists or classifiers decide than before."""
        return self._made, self._in_use

    @property
    def lists(self) -> DeviceLists | None:
        """The lists in use; None where the person switched them off."""
        return self._known if isinstance(self._known, DeviceLists) else None

    @property
    def troubles(self) -> tuple[Why, ...]:
        """What keeps pictures back now: what was met lately, and a list that cannot be used, met or not."""
        met, lists = self.judge.troubles, self.lists
        unusable = lists is not None and not lists.usable(self._clock)
        return ("list_unusable", *met) if unusable and "list_unusable" not in met else met

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards of the classifiers in use, of those that have one."""
        return self._classifier.cards if isinstance(self._classifier, Scorers) else ()

    def close(self) -> None:
        """Ends everything. Safe to call twice."""
        self._end()

    def _wanted(self, policy: Policy) -> Made:
        lists = tuple(one.name for one in kept_lists(self._folder)) if policy.known_lists else ()
        try:
            classes = names_of(policy, read_classes(self._folder) if policy.classifier else ())
        except Unavailable:
            classes = ("",)  # no plug-in has this name: held, until they are named again
        return policy.known_lists, lists, classes, stamp_of(self._folder.path / CLASSES)

    def _remake(self, wanted: Made, policy: Policy) -> None:
        self._end()
        self._made, self._again_at = wanted, time.monotonic() + AGAIN_SECONDS
        why: Why = "classifier_unusable"
        try:
            self._classifier = open_scorers(wanted[2])
            if policy.classifier and not wanted[2]:
                raise Unavailable("no classifier was chosen")
            why = "list_unusable"
            self._known = open_lists(self._folder, self._clock) if policy.known_lists else NoLists()
            why = "worker_failed"
            self._ladder = open_judge(self._known, classifier=self._classifier, rules=self._rules)
        except TutelaError:
            self._end(why)
            self._made = wanted
        else:
            self.judge.replace(self._ladder)

    def _end(self, why: Why = "worker_failed") -> None:
        """Ends the parts; everything is held from here on."""
        self.judge.replace(Holding(why))
        self._known.close()
        if self._classifier is not None:
            self._classifier.close()
        self._known, self._classifier, self._ladder, self._made = NoLists(), None, None, None

    def _forget_old_rulings(self) -> None:
        """A picture that was shown under an older list, or one that has expired since, is judged anew."""
        lists = self.lists
        in_use = () if lists is None else lists.in_use(self._clock)
        if in_use != self._in_use and self._ladder is not None:
            self._ladder.forget()
        self._in_use = in_use
