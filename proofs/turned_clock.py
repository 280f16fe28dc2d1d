"""``python -m proofs.turned_clock CLOCK COMMAND...``: a command of the guard on a device with other clocks.

CLOCK is a JSON file with ``boot``, ``boot_seconds`` and ``wall_seconds``, read at every look: what the device
itself would say. Nothing else of the product is changed; no setting reaches its clocks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tutela.cli import run
from tutela.prevent.guard.person import device_time
from tutela.prevent.guard.person.device_time import Reading


class FileDeviceClock:
    """The clocks of a device as a file says them."""

    path = Path()

    def read(self) -> Reading:
        """A reading of now."""
        said = json.loads(self.path.read_text(encoding="ascii"))
        return Reading(
            boot=said["boot"], boot_seconds=said["boot_seconds"], wall_seconds=said["wall_seconds"]
        )


def main() -> int:
    """The exit code of the command."""
    FileDeviceClock.path = Path(sys.argv[1])
    device_time.SystemDeviceClock = FileDeviceClock  # type: ignore[assignment, misc]  # the proof turns it
    return run(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
