"""A guard that only says that it runs, for tests of the page."""

from __future__ import annotations

from tutela.prevent.guard.page.shapes import ClassifierInForce, ListInForce, State, Trouble


class FakeRunning:
    """A ``Running`` that does what the person's folder is not asked about: its fields are set by the test.

    ``changed``, ``stops`` and ``forgotten`` count the calls.
    """

    def __init__(self) -> None:
        self.port, self.release = 8704, "0.1.0"
        self.said_state: State = "on"
        self.said_troubles: tuple[Trouble, ...] = ()
        self.said_certificate_days: int | None = None
        self.said_lists: tuple[ListInForce, ...] = ()
        self.said_classifiers: tuple[ClassifierInForce, ...] = ()
        self.changed = self.stops = self.forgotten = 0

    def state(self) -> State:
        """See ``Running``."""
        return self.said_state

    def troubles(self) -> tuple[Trouble, ...]:
        """See ``Running``."""
        return self.said_troubles

    def certificate_days(self) -> int | None:
        """See ``Running``."""
        return self.said_certificate_days

    def lists(self) -> tuple[ListInForce, ...]:
        """See ``Running``."""
        return self.said_lists

    def classifiers(self) -> tuple[ClassifierInForce, ...]:
        """See ``Running``."""
        return self.said_classifiers

    def policy_changed(self) -> None:
        """See ``Running``."""
        self.changed += 1

    def forget_counts(self) -> None:
        """See ``Running``."""
        self.forgotten += 1

    def stop_now(self) -> None:
        """See ``Running``."""
        self.stops += 1
        self.said_state = "stopped"

    def start_again(self) -> None:
        """See ``Running``."""
        self.said_state = "on"
