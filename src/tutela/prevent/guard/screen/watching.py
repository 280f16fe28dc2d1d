"""What is veiled, from frame to frame: veiled first what is large and new, lifted once it was ruled shown.

No screen, no judge and no threads here: ``look`` takes a frame, ``rule`` takes an answer, and both leave what
is to be veiled in ``veiled`` and what is to be asked in ``asking``. What is under a veil is remembered as it
was last seen; our own veils are never looked at as content.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tutela.prevent.guard.screen import peeping, tiles
from tutela.prevent.guard.screen.busy import Busy
from tutela.prevent.guard.screen.candidates import Candidate, find
from tutela.prevent.guard.screen.familiar import MOVING_GREYS, Familiar, differ, greys
from tutela.prevent.guard.screen.looks import is_large
from tutela.prevent.guard.screen.questions import QUESTIONS_MAX, Question
from tutela.prevent.guard.screen.shapes import Grid, Pixels, Rectangle, part, whole
from tutela.prevent.guard.shapes import Path, Ruling, Tier

#: Likeness from which a veil or a question is about the same part of the screen.
SAME: Final = 0.7
#: Share of an area that has to be new for it to be veiled before it was judged (our own: what is less is a
#: window's edge on a picture that was there before).
NEW_SHARE: Final = 0.25
#: Seconds between two questions about one part of the screen that goes on changing.
ASKED_SECONDS: Final = 0.5
#: Seconds before a veil is lifted for another look, and at most; they double where another takes its place at
#: once, so that a film under a veil is not seen again and again.
LOOK_SECONDS: Final = 0.3
LOOK_SECONDS_MAX: Final = 8.0
AT_ONCE_SECONDS: Final = 1.0
#: Seconds before something undecided is asked again, and at most; each time in vain doubles them.
AGAIN_SECONDS: Final = 2.0
AGAIN_SECONDS_MAX: Final = 30.0

#: Told of each block: path and tier, no more.
Blocked = Callable[[Path, Tier], None]


@dataclass(kw_only=True, slots=True, eq=False)
class Veil:
    """One veil. ``question``: the one that decides about it; ``readings``: where the edges of what lies under
    it may be; ``held``: decided. Times in seconds.
    """

    area: Rectangle
    question: Question | None
    readings: tuple[Rectangle, ...]
    held: bool = False
    look_after: float = 0.0
    look_wait: float = LOOK_SECONDS
    again_after: float | None = None
    again_wait: float = AGAIN_SECONDS


class Watch:
    """The state of one screen. For one thread."""

    def __init__(self, blocked: Blocked = lambda _path, _tier: None) -> None:
        self._blocked = blocked
        self._before: Pixels | None = None
        self._busy, self._familiar = Busy(), Familiar()
        self._veils: list[Veil] = []
        self._open: list[Question] = []
        self._asked: list[tuple[Rectangle, float]] = []
        self._later: dict[Rectangle, tuple[Candidate, float]] = {}
        self._uncovered: list[Rectangle] = []
        self._lifted: list[tuple[Rectangle, float, float]] = []
        #: What is to be asked: take it with ``take_questions`` once the veils are shown.
        self.asking: list[Question] = []
        #: Whether a veil was lifted for a look, which should come at once.
        self.look_again = False
        #: Veils put up so far before anything was decided, and those of what was then held.
        self.first_veils = self.held_veils = 0

    @property
    def veiled(self) -> tuple[Rectangle, ...]:
        """What is to be covered now."""
        return tuple(sorted(veil.area for veil in self._veils))

    def take_questions(self) -> list[Question]:
        """The questions that were not asked yet."""
        taken, self.asking = self.asking, []
        return taken

    def forget(self) -> None:
        """Lists or policy have changed: everything on the screen is new again, what is veiled stays so.

        What is being asked at the moment may be answered as before: that lifts nothing and is not remembered.
        """
        self._familiar.forget()
        self._open = []
        if self._before is not None:
            self._uncovered = [whole(self._before)]
        for veil in self._veils:
            veil.question, veil.again_after = None, 0.0

    def look(self, seen: Pixels, now: float) -> bool:
        """Whether anything changed. ``seen`` is a frame with our veils on it, and is kept and written to."""
        if self._before is not None and self._before.shape != seen.shape:
            self._veils, self._later, self._uncovered, self._before = [], {}, [], None
        gone = self._lift(seen, now)
        self.look_again = bool(gone)
        if gone:  # what is under them is not known yet
            self._uncovered += gone
            return True
        self._familiar.look()
        changed = tiles.changed(self._before, seen)
        for place in self._uncovered:
            over = tiles.tiles_of(place)
            changed[over.rows, over.columns] = True
        found = find(self._before, seen, changed, self._busy, self._uncovered) if changed.any() else []
        self._before, self._uncovered = seen, []
        has_changed, veiled = bool(changed.any()), self.veiled
        for candidate in sorted(found, key=lambda one: one.area.area):  # a picture before what it lies on
            if not any(one.shared(candidate.area) == candidate.area.area for one in veiled):
                self._consider(candidate, changed, now)
        self._ask_what_is_due(now)
        return has_changed

    def rule(self, question: Question, ruling: Ruling, now: float) -> None:
        """Takes the answer to a question in."""
        is_old = question not in self._open
        self._open = [one for one in self._open if one is not question]
        veil = next((one for one in self._veils if one.question is question), None)
        if ruling.shown and is_old:
            return
        if ruling.shown:
            if veil is not None:
                self._veils.remove(veil)
            if not any(one.area.shared(question.area) for one in self._veils):
                self._familiar.keep(question.pixels, question.area)
        elif veil is not None:
            self._hold(veil, ruling, now)
        elif self._is_still_there(question) and self._veil_on(question.area) is None:
            veil = Veil(area=question.area, question=question, readings=question.readings)
            self._veils.append(veil)
            self._hold(veil, ruling, now)

    def _hold(self, veil: Veil, ruling: Ruling, now: float) -> None:
        """A veil that stays: until what is under it changes, or the undecided is decided."""
        if not veil.held and ruling.tier is not None:
            self.held_veils += 1
            self._blocked("screen", ruling.tier)
        veil.held, veil.question = True, None
        veil.look_wait = self._wait_after_lifting(veil.area, now)
        veil.look_after = now + veil.look_wait
        veil.again_after = None
        if ruling.tier == "undecided":
            veil.again_after = now + veil.again_wait
            veil.again_wait = min(AGAIN_SECONDS_MAX, veil.again_wait * 2)

    def _wait_after_lifting(self, area: Rectangle, now: float) -> float:
        """How long a veil stays at least: longer each time that another took its place at once."""
        self._lifted = [one for one in self._lifted if now - one[1] <= AT_ONCE_SECONDS]
        waits = [wait for lifted, _, wait in self._lifted if lifted.likeness(area) >= SAME]
        return min(LOOK_SECONDS_MAX, max(waits) * 2) if waits else LOOK_SECONDS

    def _lift(self, seen: Pixels, now: float) -> list[Rectangle]:
        """Takes away the veils under which something else is now; they are masked once more."""
        if self._before is None:
            return []
        gone = [
            veil
            for veil in self._veils
            if veil.held and now >= veil.look_after and peeping.moved(self._before, seen, veil.area)
        ]
        self._mask(seen)
        for veil in gone:
            self._veils.remove(veil)
            self._lifted.append((veil.area, now, veil.look_wait))
        return [veil.area for veil in gone]

    def _mask(self, seen: Pixels) -> None:
        """Puts what is remembered in the place of our own veils."""
        if self._before is not None:
            for veil in self._veils:
                part(seen, veil.area)[...] = part(self._before, veil.area)

    def _consider(self, candidate: Candidate, changed: Grid, now: float) -> None:
        """Veils a candidate first, asks about it, or lets it wait for its turn."""
        seen, area = self._before, candidate.area
        if seen is None or self._familiar.knows(seen, area):
            return
        veil = self._veil_on(area)
        if veil is not None:  # a part that was not veiled has come, or gone
            veil.area, veil.readings = area, candidate.readings
            if not veil.held:
                self._ask(candidate, now)
        elif self._is_new(seen, area, changed):
            self.first_veils += 1
            self._veils.append(Veil(area=area, question=None, readings=candidate.readings))
            over = tiles.tiles_of(area)
            changed[over.rows, over.columns] = False  # it makes nothing new that it lies on
            self._ask(candidate, now)
        elif self._asked_lately(area, now):
            due = self._later.get(area, (candidate, now + ASKED_SECONDS))[1]
            self._later[area] = candidate, due
        else:
            self._ask(candidate, now)

    def _is_new(self, seen: Pixels, area: Rectangle, changed: Grid) -> bool:
        """Whether something large has come that was not there before, nor moved on from what was."""
        moved_on = self._familiar.moved_on(seen, area)
        return is_large(area) and not moved_on and self._familiar.new_share(seen, area, changed) >= NEW_SHARE

    def _ask(self, candidate: Candidate, now: float) -> None:
        """Asks about what is there now, or later where too many questions are open."""
        if self._before is None:
            return
        if len(self._open) >= QUESTIONS_MAX:
            self._later[candidate.area] = candidate, now
            return
        question = Question(pixels=self._before, area=candidate.area, readings=candidate.readings)
        veil = self._veil_on(candidate.area)
        if veil is not None:
            veil.question, veil.readings = question, question.readings
        self._open.append(question)
        self.asking.append(question)
        self._asked.append((candidate.area, now))

    def _ask_what_is_due(self, now: float) -> None:
        """Asks about what had to wait, and again about what was undecided: each time by every reading."""
        due = [candidate for candidate, after in self._later.values() if now >= after]
        for candidate in due:
            del self._later[candidate.area]
            self._ask(candidate, now)
        for veil in self._veils:
            if veil.again_after is not None and now >= veil.again_after and veil.question is None:
                veil.again_after = None
                readings = tuple(dict.fromkeys((veil.area, *veil.readings)))
                self._ask(Candidate(area=veil.area, readings=readings), now)

    def _asked_lately(self, area: Rectangle, now: float) -> bool:
        self._asked = [one for one in self._asked if now - one[1] < ASKED_SECONDS]
        return any(asked.likeness(area) >= SAME for asked, _ in self._asked) or any(
            one.area.likeness(area) >= SAME for one in self._open
        )

    def _veil_on(self, area: Rectangle) -> Veil | None:
        return next((one for one in self._veils if one.area.likeness(area) >= SAME), None)

    def _is_still_there(self, question: Question) -> bool:
        """Whether the screen still shows what was asked about, moved a little at most."""
        if self._before is None or self._before.shape != question.pixels.shape:
            return False
        asked, shown = part(question.pixels, question.area), part(self._before, question.area)
        return differ(greys(asked), greys(shown)) <= MOVING_GREYS
