"""Workers that were started ahead and have seen nothing: whoever needs a fresh one need not wait for it."""

from __future__ import annotations

from tutela.detect.media.nursery import Nursery, Worker


class Spares:
    """One spare worker of each kind at most. Not locked; the pool does that."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Nursery, Worker]] = {}

    def keep(self, nursery: Nursery) -> None:
        """Has one started, unless there is one already. Returns at once. Raises Unavailable."""
        if nursery.kind not in self._kept:
            self._kept[nursery.kind] = (nursery, nursery.worker())

    def new_one(self, nursery: Nursery) -> Worker:
        """The spare one, or one that is being started. Raises Unavailable."""
        home, worker = self._kept.pop(nursery.kind, (None, None))
        if worker is not None:
            if home is nursery:
                return worker
            worker.close()  # its nursery has ended, and so has it
        return nursery.worker()

    def layers(self, kind: str) -> int | None:
        """The sandbox layers of the spare one, as soon as it has greeted; it stays here. Returns at once.

        None too where its nursery has ended, and it with that.
        """
        home, worker = self._kept.get(kind, (None, None))
        if worker is None or home is None or not home.alive:
            return None
        if not worker.has_greeted() or worker.ready is None:
            return None
        return worker.ready.layers

    def close(self) -> None:
        """Lets all of them go."""
        for _, worker in self._kept.values():
            worker.close()
        self._kept.clear()
