"""The page worker's module: one page read by Lexbor behind the seal, its parts sent one by one.

After the request come the address where the page was met and the character set that its host declared
(``page_frames.ASKED``). A page that no parser is installed for is unreadable, never an error.
"""

from __future__ import annotations

import os
from typing import Final

from tutela.detect.media import examining, page_encodings, protocol
from tutela.detect.media.answers import Answers
from tutela.detect.media.page_frames import ASKED, frames_of
from tutela.detect.media.page_reading import RawPage, read_tree
from tutela.detect.media.troubles import DecodeTrouble

try:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError
except ImportError:  # the extra ``fetch`` is not installed
    LexborHTMLParser, SelectolaxError = None, ValueError  # type: ignore[assignment,misc]  # the other half

_WARM: Final = b"""<!doctype html><html lang=en><head><title>t</title><base href=/b/>
<style>p{background:url(x.png)}</style><meta http-equiv=refresh content="1;url=/n"></head>
<body style="background:url('y')"><a href=a><img src=i srcset="j 2x"></a><iframe src=f></iframe>
<video src=v><source src=w></video><img src="data:image/gif;base64,R0lG">text that is seen</body></html>"""


def warm() -> None:
    """Reads a page once, so that nothing is loaded after the seal."""
    page_encodings.warm()
    if LexborHTMLParser is not None:
        read_page(_WARM, "https://tutela.test/", "utf-8")


def read_page(untrusted_data: bytes, address: str, untrusted_charset: str) -> RawPage:
    """What the page holds. Raises DecodeTrouble where there is no parser, or none of it can be read."""
    if LexborHTMLParser is None:
        raise DecodeTrouble("unreadable", "no_decoder")
    text, encoding = page_encodings.text_of(untrusted_data, untrusted_charset)
    try:
        tree = LexborHTMLParser(text.encode("utf-8", "replace"))
    except SelectolaxError:  # Lexbor got no memory for the tree
        raise DecodeTrouble("refused", "memory") from None
    page = read_tree(tree.root, address)
    page.encoding = encoding
    return page


def handle(request: protocol.Request, fd: int, answers: Answers) -> None:
    """Reads the page behind ``fd``; raises DecodeTrouble for one that cannot be read or is too large."""
    address_bytes, charset_bytes = ASKED.unpack(answers.receive(ASKED.size))
    address = answers.receive(address_bytes).decode("utf-8")
    charset = answers.receive(charset_bytes).decode("ascii")
    if request.size_bytes > request.ask.limits.html_bytes_max:
        raise DecodeTrouble("refused", "bytes")
    examining.limit_cpu(request.ask.limits.item_cpu_seconds)
    for frame_type, payload in frames_of(read_page(_whole(fd, request.size_bytes), address, charset)):
        answers.send(frame_type, payload)


def _whole(fd: int, size_bytes: int) -> bytes:
    pieces, at = [], 0
    while at < size_bytes:
        piece = os.pread(fd, size_bytes - at, at)
        if not piece:
            raise DecodeTrouble("unreadable", "changed")
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces)
