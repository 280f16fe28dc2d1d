"""What is kept of a mail: by what it is known again, what it claims, its words. No Django, no database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from tutela.kernel.errors import Invalid
from tutela.share.notices.incoming import parse_incoming
from tutela.share.notices.replies import Reply, parse_reply

#: Headers by which a message is known again wherever it lies; some programs give each the same Message-ID.
_OWN = (b"message-id:", b"date:", b"in-reply-to:", b"references:")
#: Bytes of the head that they are looked for in.
_HEAD_BYTES_MAX = 65_536
#: Characters of a mail's words that are kept (share.notices.incoming: a part is read up to as many).
TEXT_CHARACTERS_MAX = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingMail:
    """A mail as it was read. ``reply`` is None for one that cannot be read."""

    digest: str
    reply: Reply | None
    untrusted_words: str = field(default="", repr=False)

    @property
    def asks_for_look(self) -> bool:
        """Whether a machine looks now: somebody claims what can be seen, or says what no machine reads."""
        if self.reply is None or self.reply.bounces:
            return False
        return self.reply.looks_worth_checking or not self.reply.claims


def parse_mail(untrusted_bytes: bytes) -> IncomingMail:
    """The mail; one that is too large or broken has no ``reply``."""
    digest = digest_of(untrusted_bytes)
    try:
        reply = parse_reply(untrusted_bytes)
        words = parse_incoming(untrusted_bytes).text
    except Invalid:
        return IncomingMail(digest=digest, reply=None)
    said = f"{reply.untrusted_subject}\n\n{words}" if reply.untrusted_subject else words
    return IncomingMail(digest=digest, reply=reply, untrusted_words=_plain(said))


def digest_of(untrusted_bytes: bytes) -> str:
    """By what a message is known again, hex: its own headers, or all of it where it has no Message-ID."""
    head = untrusted_bytes[:_HEAD_BYTES_MAX].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    lines = head.replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n")
    own = sorted(line.strip() for line in lines if line.lower().startswith(_OWN))
    if not any(line.lower().startswith(_OWN[0]) for line in own):
        own = [untrusted_bytes]
    return hashlib.sha256(b"tutela mail\x00" + b"\n".join(own)).hexdigest()


def _plain(text: str) -> str:
    """Text that can be sealed and shown: no control characters but line ends, no lone surrogates."""
    kept = "".join(one if one in "\n\t" or one.isprintable() else " " for one in text[:TEXT_CHARACTERS_MAX])
    return kept.encode("utf-8", "replace").decode("utf-8").strip()
