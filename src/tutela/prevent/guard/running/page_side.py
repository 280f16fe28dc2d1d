"""What the person's page sees of the guard that runs, and what it may ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tutela import __version__
from tutela.prevent.guard.page.in_force import shown_classifier, shown_list
from tutela.prevent.guard.page.shapes import ClassifierInForce, ListInForce, State, Trouble

if TYPE_CHECKING:
    from tutela.prevent.guard.running.guard import RunningGuard

_TROUBLES: Final[dict[str, Trouble]] = {
    "list_unusable": "list_unusable",
    "classifier_unusable": "classifier_unusable",
    "worker_failed": "worker_failed",
}


class PageSide:
    """Implements ``page.shapes.Running`` by the guard of this process."""

    release = __version__

    def __init__(self, guard: RunningGuard) -> None:
        self._guard = guard

    @property
    def port(self) -> int:
        """Where the proxy listens."""
        return self._guard.port

    def state(self) -> State:
        """See ``Running``."""
        return self._guard.state.mode

    def troubles(self) -> tuple[Trouble, ...]:
        """See ``Running``. A list that cannot be used is told before a picture was held for it."""
        if self._guard.state.mode != "on":
            return ()
        met = [*(_TROUBLES[why] for why in self._guard.parts.troubles), *self._guard.screen_troubles]
        return (*met, "disk_full") if self._guard.disk_fails else tuple(met)

    def certificate_days(self) -> int | None:
        """See ``Running``."""
        return self._guard.certificate_days

    def lists(self) -> tuple[ListInForce, ...]:
        """See ``Running``."""
        lists = self._guard.parts.lists
        return () if lists is None else tuple(shown_list(one) for one in lists.headers)

    def classifiers(self) -> tuple[ClassifierInForce, ...]:
        """See ``Running``."""
        return tuple(shown_classifier(card) for card in self._guard.parts.cards)

    def policy_changed(self) -> None:
        """See ``Running``."""
        self._guard.look_now()

    def forget_counts(self) -> None:
        """See ``Running``."""
        self._guard.forget_counts()

    def stop_now(self) -> None:
        """See ``Running``."""
        self._guard.stop_looking()

    def start_again(self) -> None:
        """See ``Running``."""
        self._guard.stop_looking(stopped=False)
