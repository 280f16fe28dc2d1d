"""``python -m tutela.demo.world``: the benign internet, running, with a table of its hosts."""

from __future__ import annotations

import sys
from contextlib import ExitStack

from tutela.demo.world.table import hosts
from tutela.demo.world.world import World
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Conflict
from tutela.processes.ending import stop_event

#: The port of every host (decisions.md section 8); another one where it is taken.
PORT = 8080


def main() -> int:
    """0 once it was told to end."""
    stop = stop_event()
    with ExitStack() as stack:
        world = _running(stack)
        sys.stdout.write("\n".join((*hosts(world), "", "Ctrl-C ends it.", "")))
        sys.stdout.flush()
        stop.wait()
    return 0


def _running(stack: ExitStack) -> World:
    """A world at the usual port, or at any free one."""
    try:
        return stack.enter_context(World(SystemClock(), port=PORT))
    except Conflict:
        return stack.enter_context(World(SystemClock()))


if __name__ == "__main__":
    sys.exit(main())
