"""Mailboxes of the world's mail server over IMAP4rev1 (RFC 3501): as much as a reader of replies needs.

One box each (INBOX) for whoever signs in with its address and the demonstration's password. Letters are
numbered from 1 in the order in which they came, and keep their number.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections import defaultdict
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

from tutela.demo.world.post import Post

#: What opens every box: nothing in it is secret.
PASSWORD = "demonstration"  # noqa: S105 - the demonstration's own, printed with it
#: Marks of a letter that can be set (RFC 3501 section 2.3.2).
MARKS = frozenset({"\\Seen", "\\Deleted", "\\Answered", "\\Flagged"})
#: One number that stays the same as long as numbers do (RFC 3501 section 2.3.1.1).
VALIDITY = 1
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\)|\S+)')


class MailboxServer:
    """Gives out what lies in the boxes of ``post``. A letter that was expunged stays away from here only."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._marks: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._expunged: set[tuple[str, int]] = set()
        self._servers: list[asyncio.Server] = []

    async def start(self, listening: socket.socket) -> None:
        """Takes connections at the socket."""
        self._servers.append(await asyncio.start_server(self._take, sock=listening))

    async def stop(self) -> None:
        """Takes no more."""
        for server in self._servers:
            server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"* OK IMAP4rev1 ready\r\n")
            talk = _Talk(self)
            while not talk.ended and (line := await reader.readline()):
                writer.writelines(talk.answer(line.decode("utf-8", "replace").strip()))
                await writer.drain()
        except (OSError, ValueError):
            return  # a reader that leaves or sends a line without end
        finally:
            writer.close()

    def letters(self, box: str) -> Iterator[tuple[int, EmailMessage]]:
        """(number, letter) of everything in the box that was not expunged."""
        for number, letter in enumerate(self._post.box(box), 1):
            if (box, number) not in self._expunged:
                yield number, letter

    def marks(self, box: str, number: int) -> set[str]:
        """The marks of one letter, to be read and changed."""
        return self._marks[box, number]

    def expunge(self, box: str) -> int:
        """How many letters marked as deleted were taken away."""
        gone = [number for number, _ in self.letters(box) if "\\Deleted" in self.marks(box, number)]
        self._expunged.update((box, number) for number in gone)
        return len(gone)


class _Talk:
    """One connection."""

    def __init__(self, server: MailboxServer) -> None:
        self._server = server
        self._box, self._selected = "", False
        self.ended = False

    def answer(self, line: str) -> list[bytes]:
        """The lines that answer one command."""
        tag, *words = [quoted or plain for quoted, plain in _WORD.findall(line)] or ["*"]
        name = words[0].upper() if words else ""
        rest = words[1:]
        if name == "UID" and rest:
            name, rest = f"UID {rest[0].upper()}", rest[1:]
        untagged, told = self._done(name, rest)
        return [*untagged, f"{tag} {told}\r\n".encode()]

    def _done(self, name: str, words: list[str]) -> tuple[list[bytes], str]:
        if name == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1\r\n"], "OK done"
        if name == "NOOP":
            return [], "OK done"
        if name == "LOGOUT":
            self.ended = True
            return [b"* BYE\r\n"], "OK done"
        if name == "LOGIN":
            return [], self._login(words)
        if not self._box:
            return [], "NO sign in first"
        if name in {"SELECT", "EXAMINE"}:
            return self._select()
        return self._in_box(name, words) if self._selected else ([], "BAD select a box first")

    def _login(self, words: list[str]) -> str:
        if len(words) != 2 or words[1] != PASSWORD:
            return "NO no such box or password"
        self._box = words[0].lower()
        return "OK signed in"

    def _select(self) -> tuple[list[bytes], str]:
        self._selected = True
        count = sum(1 for _ in self._server.letters(self._box))
        told = [f"* {count} EXISTS", "* 0 RECENT", f"* OK [UIDVALIDITY {VALIDITY}] kept"]
        return [f"{one}\r\n".encode() for one in told], "OK [READ-WRITE] selected"

    def _in_box(self, name: str, words: list[str]) -> tuple[list[bytes], str]:
        if name == "UID SEARCH":
            numbers = " ".join(str(number) for number, _ in self._searched(" ".join(words).upper()))
            return [f"* SEARCH {numbers}".rstrip().encode() + b"\r\n"], "OK done"
        if name == "UID FETCH" and len(words) >= 2:
            return list(self._fetched(words[0], words[1].upper())), "OK done"
        if name == "UID STORE" and len(words) >= 3:
            self._store(words[0], words[1], words[2])
            return [], "OK done"
        if name in {"EXPUNGE", "CLOSE"}:
            self._server.expunge(self._box)
            return [], "OK done"
        return [], "BAD this server does not know that"

    def _searched(self, asked: str) -> Iterator[tuple[int, EmailMessage]]:
        """Those that are asked for: all of them, the unseen ones, a range of numbers."""
        span = asked.partition("UID ")[2].partition(" ")[0]
        for number, letter in self._server.letters(self._box):
            unseen = "\\Seen" not in self._server.marks(self._box, number)
            if (unseen or "UNSEEN" not in asked) and (not span or _is_within(number, span)):
                yield number, letter

    def _fetched(self, span: str, asked: str) -> Iterator[bytes]:
        for place, (number, letter) in enumerate(self._server.letters(self._box), 1):
            if not _is_within(number, span):
                continue
            marks = self._server.marks(self._box, number)
            if "BODY[]" in asked or "RFC822" in asked:
                marks.add("\\Seen")
            told = f"* {place} FETCH (UID {number} FLAGS ({' '.join(sorted(marks))})".encode()
            if "BODY" in asked or "RFC822" in asked:
                data, name = letter.as_bytes(policy=SMTP), b"BODY[]"
                if "[HEADER]" in asked:
                    data, name = data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", b"BODY[HEADER]"
                told += b" %s {%d}\r\n" % (name, len(data)) + data
            yield told + b")\r\n"

    def _store(self, span: str, how: str, marks: str) -> None:
        named = MARKS & set(marks.strip("()").split())
        for number, _ in self._server.letters(self._box):
            if _is_within(number, span):
                kept = self._server.marks(self._box, number)
                (kept.difference_update if how.startswith("-") else kept.update)(named)


def _is_within(number: int, span: str) -> bool:
    """Whether a number is in a set such as ``3``, ``1,4``, ``2:5`` or ``2:*`` (RFC 3501 section 9)."""
    for part in span.split(","):
        first, colon, last = part.partition(":")
        if not first.isdigit():
            continue
        end = last if colon else first
        if int(first) <= number and (end == "*" or (end.isdigit() and number <= int(end))):
            return True
    return False
