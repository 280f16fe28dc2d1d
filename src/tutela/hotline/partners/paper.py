"""A text as a PDF that prints: A4 pages of fixed-width type, a number on each, nothing to click on.

Written here, because the document is lines of text, and of the PDF format (ISO 32000-1) that takes six kinds
of objects. Type is Courier, one of the fonts that every reader has, in the characters of Windows-1252: any
other is written as its number (``\\u0434``), and stands as it is in the files beside this one.
"""

from __future__ import annotations

import textwrap
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO

#: Width and height of A4 in points (ISO 216; 1 point is 1/72 inch).
PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
#: Points of the margins: 18 mm at the sides, 20 mm above and below.
SIDE, EDGE = 51.0, 57.0
#: Points of the type, and from line to line.
TYPE, LEADING = 9.0, 11.5
#: Width of a character of Courier over the size of the type (its font metrics: 600 of 1000).
ADVANCE = 0.6
#: Characters of a line, and lines of a page: 91 and 63.
COLUMNS = int((PAGE_WIDTH - 2 * SIDE) / (TYPE * ADVANCE))
ROWS = int((PAGE_HEIGHT - 2 * EDGE) / LEADING)
#: How the lines begin that are set bold: headings, and that it is a test.
HEADINGS = ("== ", "-- ", "*** ")
#: Control characters would be drawn as nothing: they are written as their numbers too.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
#: Numbers of the objects that every document has; those of its pages follow.
_CATALOG, _PAGES, _PLAIN, _BOLD, _INFO = range(1, 6)


def render_pdf(text: str, *, title: str, language: str) -> bytes:
    """The text as a PDF; the same text gives the same bytes. ``title`` stands below each page."""
    pages = list(_paged(text)) or [[]]
    kids = [_INFO + 1 + 2 * place for place in range(len(pages))]
    objects = [
        f"<< /Type /Catalog /Pages {_PAGES} 0 R /Lang {_string(language)} "
        "/ViewerPreferences << /DisplayDocTitle true >> >>".encode(),
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode(),
        _font("Courier"),
        _font("Courier-Bold"),
        f"<< /Title {_string(title)} /Producer {_string('tutela')} >>".encode(),
    ]
    for place, (kid, rows) in enumerate(zip(kids, pages, strict=True), 1):
        foot = f"{title}  {place} / {len(pages)}"
        objects += [_page(kid + 1), _stream(_drawn(rows, foot))]
    return _file(objects)


def _paged(text: str) -> Iterator[list[str]]:
    """The lines of each page, none longer than it is wide."""
    rows: list[str] = []
    for line in text.split("\n"):
        for row in _wrapped(_shown(line.rstrip())):
            rows.append(row)
            if len(rows) == ROWS:
                yield rows
                rows = []
    if any(rows):
        yield rows


def _shown(line: str) -> str:
    """The line in characters that the type has."""
    return line.translate(_CONTROLS).encode("cp1252", "backslashreplace").decode("cp1252")


def _wrapped(line: str) -> Sequence[str]:
    if len(line) <= COLUMNS:
        return (line,)
    indent = " " * min(len(line) - len(line.lstrip()) + 2, COLUMNS // 4)
    return textwrap.wrap(line, COLUMNS, subsequent_indent=indent, break_on_hyphens=False)


def _drawn(rows: Sequence[str], foot: str) -> bytes:
    """What is drawn on one page: its lines, and the foot below them."""
    parts = [f"BT {LEADING} TL {SIDE} {PAGE_HEIGHT - EDGE - TYPE:.2f} Td".encode()]
    for row in rows:
        font = "B" if row.startswith(HEADINGS) else "F"
        parts.append(f"/{font} {TYPE} Tf {_string(row)} Tj T*".encode())
    parts.append(f"ET BT /F {TYPE} Tf {SIDE} {EDGE / 2:.2f} Td {_string(_shown(foot))} Tj ET".encode())
    return b"\n".join(parts)


def _string(text: str) -> str:
    """A string of the format, in hexadecimal: no character of it means anything else."""
    return f"<{text.encode('cp1252', 'backslashreplace').hex()}>"


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()


def _page(contents: int) -> bytes:
    return (
        f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] "
        f"/Resources << /Font << /F {_PLAIN} 0 R /B {_BOLD} 0 R >> >> /Contents {contents} 0 R >>"
    ).encode()


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    return head + packed + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects with the table of where each begins (ISO 32000-1, 7.5.4)."""
    target, places = BytesIO(), []
    target.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    for number, content in enumerate(objects, 1):
        places.append(target.tell())
        target.write(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    table = target.tell()
    target.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    target.write("".join(f"{place:010} 00000 n \n" for place in places).encode())
    trailer = f"<< /Size {len(objects) + 1} /Root {_CATALOG} 0 R /Info {_INFO} 0 R >>"
    target.write(f"trailer\n{trailer}\nstartxref\n{table}\n%%EOF\n".encode())
    return target.getvalue()
