"""What a person at the desk does beforehand in the demonstration: name the one recipient of notices.

``python -m tutela.demo.hotline_desk``, on TUTELA_HOME.
"""

from __future__ import annotations

from tutela.processes.starting import module_command
from tutela.web.starting import start_django

#: The recipient: an abuse desk that exists in no name server (RFC 6761).
RECIPIENT = "abuse@host.test"


def command() -> tuple[str, ...]:
    """What starts this process."""
    return module_command("tutela.demo.hotline_desk")


def main() -> None:
    """Name the recipient by two sources, as a registry and a table would."""
    start_django()
    from tutela.hotline.ledger.actors import process
    from tutela.hotline.takedown.actions import name_recipient

    for source in ("rdap", "abuse_table"):
        name_recipient(RECIPIENT, "Host of the demonstration", source=source, actor=process("worker"))


if __name__ == "__main__":
    main()
