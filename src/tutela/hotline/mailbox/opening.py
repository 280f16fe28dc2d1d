"""What a mail says, for one person: through the opener, which writes the opening down first."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tutela.hotline.ledger.actors import Actor
from tutela.hotline.mailbox.models import Mail
from tutela.hotline.takedown.models import Notice
from tutela.kernel.errors import Refused
from tutela.kernel.opener.asking import SOCKET, OpenerProcess
from tutela.kernel.opener.orders import OpenOrder


def open_words(mail: Mail, notice: Notice, who: Actor) -> str:
    """The words as they were written: untrusted text. Raises Refused where none are kept, Unavailable."""
    if not mail.text_epoch:
        raise Refused("nothing of what this mail says is kept")
    opener = OpenerProcess(Path(settings.TUTELA_SOCKETS) / SOCKET)
    return opener.text(
        OpenOrder(
            purpose="answer",
            kind=who.kind if who.kind == "person" else "process",
            who=who.name,
            case=notice.sighting.public_id,
            sealed=bytes(mail.text_sealed),
        )
    )
