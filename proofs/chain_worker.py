"""The worker of a proof's house: ``tutela work run`` but for the registry, which speaks http on loopback.

``python -m proofs.chain_worker BOOTSTRAP``: what no setting of the product allows comes in as an argument.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tutela.processes import working
from tutela.processes.starting import module_command
from tutela.share.notices.bootstrap import parse_bootstrap


def command(bootstrap: Path) -> tuple[str, ...]:
    """What starts this process, for ``processes.assembly``."""
    return module_command("proofs.chain_worker", str(bootstrap))


def main(arguments: Sequence[str]) -> None:
    """Does jobs until it is told to end."""
    from tutela.cli import main as tutela

    told = parse_bootstrap(Path(arguments[0]).read_text("utf-8"), encrypted_only=False)
    equipped = working.equipped_worker
    vars(working)["equipped_worker"] = partial(equipped, bootstrap=told)
    tutela(["work", "run", *arguments[1:]])


if __name__ == "__main__":
    main(sys.argv[1:])
