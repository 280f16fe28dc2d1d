"""Real Chromium on a watched screen, without the guard and behind it: one page after another.

``python -m proofs.unseen CONTROL_TURNS TURNS`` in the guard's environment; the last line says what was seen
as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tutela.demo.guard import screen
from tutela.demo.guard.marks import Kind
from tutela.demo.guard.pages import Load, loads
from tutela.demo.guard.sampling import Sampler, Watch
from tutela.demo.guard.screen import Screen
from tutela.demo.guard.stage import Stage, open_stage
from tutela.demo.guard.visiting import Visit, visit, visits
from tutela.demo.guard.ways import UNSHOWN, WAYS

#: Seconds after which the guard holds to what was chosen (it looks once a second).
FOLLOWED_SECONDS = 2.5
SIZE = (screen.WIDTH, screen.HEIGHT)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run over all ways."""

    visits: list[Visit]
    watch: Watch
    #: Requests that came to the site over UDP.
    over_udp: int

    def as_json(self) -> dict[str, Any]:
        """What a proof needs of it."""
        return {
            "visits": [_row(one) for one in self.visits],
            "looks": self.watch.looks,
            "per_second": self.watch.per_second,
            "gap_max_seconds": self.watch.gap_max_seconds,
            "blind_share": self.watch.blind_share,
            "stray": _stray(self.watch),
            "over_udp": self.over_udp,
        }


def _row(one: Visit) -> dict[str, Any]:
    picture = one.load.stopped
    form = picture.form if picture.kind == "known" else "stand-in class"
    return {"way": one.load.way, "number": one.load.number, "form": form, **asdict(one.seen)}


def _stray(watch: Watch) -> int:
    """Looks outside of any load at which something was there that should not be seen."""
    return sum(one.stopped for one in watch.tallies if one.load < 0)


def by_policy(chosen: Sequence[Load]) -> tuple[list[Load], list[Load]]:
    """Loads while films are checked, and those while they are blocked."""
    stricter = [one for one in chosen if WAYS[one.way].stricter]
    return [one for one in chosen if one not in stricter], stricter


def run(stage: Stage, folder: Path, chosen: list[Load], *, guarded: bool) -> Run:
    """All loads in one browser on a screen of its own."""
    folder.mkdir()
    before = stage.site.asked_over_udp
    awaited: set[Kind] = {"benign"} if guarded else {"benign", "known"}
    with ExitStack() as stack:
        guard = stack.enter_context(stage.guard()) if guarded else None
        shown = stack.enter_context(Screen(folder))
        with (
            Sampler(shown.file) as sampler,
            stage.browser(guard, display=shown.display, size=SIZE) as browser,
        ):
            plain, stricter = by_policy(chosen)
            visit(stage.site, browser, sampler, plain, awaited)
            if guarded:
                stage.device.block_films()
                time.sleep(FOLLOWED_SECONDS)
            visit(stage.site, browser, sampler, stricter, awaited)
        if sampler.watch is None:
            raise RuntimeError("nobody looked at the screen")
        over_udp = stage.site.asked_over_udp - before
        return Run(visits=visits(chosen, sampler.watch), watch=sampler.watch, over_udp=over_udp)


def main(arguments: Sequence[str]) -> int:
    control_turns, turns = map(int, arguments[:2])
    with TemporaryDirectory() as name, open_stage(Path(name)) as stage:
        control = run(stage, Path(name) / "control", loads(control_turns), guarded=False)
        guarded = run(stage, Path(name) / "guarded", loads(turns), guarded=True)
        print(
            json.dumps(
                {
                    "trust": stage.trust,
                    "ways": list(WAYS),
                    "unshown": dict(UNSHOWN),
                    "control": control.as_json(),
                    "guarded": guarded.as_json(),
                    "blocked": stage.device.blocked(),
                }
            )
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
