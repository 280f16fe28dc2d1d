"""A mailbox server on loopback that a test can fill, look into, and disturb at any command."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

PASSWORD = "a good password"
#: What a disturbed command is answered with, tag and end of line included; None ends the connection.
Disturb = Callable[[str, str], bytes | None]


class Box:
    """One folder. ``disturb``: command name to what is said instead, where ``{tag}`` is its tag."""

    def __init__(self, context: ssl.SSLContext | None = None, *, tls_first: bool = False) -> None:
        self.letters: dict[str, bytes] = {}
        self.marks: dict[str, set[str]] = {}
        self.disturb: dict[str, bytes] = {}
        self.heard: list[str] = []
        self._context, self._tls_first = context, tls_first
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def put(self, number: int, data: bytes) -> None:
        self.letters[str(number)], self.marks[str(number)] = data, set()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                taken, _ = self._listener.accept()
            except OSError:
                return
            try:
                with ExitStack() as closing:
                    closing.enter_context(taken).settimeout(5)
                    self._talk(taken, closing)
            except (OSError, ValueError):
                continue

    def _talk(self, taken: socket.socket, closing: ExitStack) -> None:
        if self._tls_first and self._context:
            taken = closing.enter_context(self._context.wrap_socket(taken, server_side=True))
        taken.sendall(self.disturb.get("GREETING", b"* OK IMAP4rev1 ready\r\n"))
        stream = taken.makefile("rb")
        while line := stream.readline():
            tag, _, asked = line.decode().strip().partition(" ")
            name = " ".join(asked.upper().split()[: 2 if asked.upper().startswith("UID") else 1])
            self.heard.append(name)
            if name in self.disturb:
                taken.sendall(self.disturb[name].replace(b"{tag}", tag.encode()))
                continue
            for piece in self._answer(name, asked):
                taken.sendall(piece)
            taken.sendall(f"{tag} {self._verdict(name, asked)}\r\n".encode())
            if name == "STARTTLS" and self._context:
                taken = closing.enter_context(self._context.wrap_socket(taken, server_side=True))
                stream = taken.makefile("rb")

    def _verdict(self, name: str, asked: str) -> str:
        return "NO wrong" if name == "LOGIN" and f'"{PASSWORD}"' not in asked else "OK done"

    def _answer(self, name: str, asked: str) -> Iterator[bytes]:
        if name == "CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1 STARTTLS\r\n"
        elif name == "SELECT":
            yield b"* %d EXISTS\r\n" % len(self.letters)
        elif name == "UID SEARCH":
            yield f"* SEARCH {' '.join(one for one in self.letters if not self.marks[one])}\r\n".encode()
        elif name == "UID FETCH":
            yield from self._fetched(asked)
        elif name == "UID STORE":
            number, _, marks = asked.split(" ", 4)[2:]
            self.marks[number] |= set(marks.strip("()").split())
        elif name == "EXPUNGE":
            for number in [one for one in self.letters if "\\Deleted" in self.marks[one]]:
                del self.letters[number]

    def _fetched(self, asked: str) -> Iterator[bytes]:
        number, size = asked.split()[2], re.search(r"<0\.(\d+)>", asked)
        if number in self.letters:
            whole, name = self.letters[number], b"BODY[]"
            if "[HEADER]" in asked:
                whole, name = whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", b"BODY[HEADER]"
            data = whole[: int(size[1]) if size else None]
            yield b"* 1 FETCH (UID %s %s<0> {%d}\r\n%s)\r\n" % (number.encode(), name, len(data), data)


@contextmanager
def running_box(context: ssl.SSLContext | None = None, *, tls_first: bool = False) -> Iterator[Box]:
    """A running box; closed at the end of the block."""
    box = Box(context, tls_first=tls_first)
    try:
        yield box
    finally:
        box.close()
