from __future__ import annotations

import re
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.partners.paper import COLUMNS, ROWS, render_pdf

HEAD, STREAM = b"%PDF-1.4\n", re.compile(rb"/Length (\d+) /Filter /FlateDecode >>\nstream\n")


def drawn(document: bytes) -> list[list[str]]:
    """The lines of each page, the foot last."""
    pages = []
    for found in STREAM.finditer(document):
        content = zlib.decompress(document[found.end() : found.end() + int(found[1])])
        strings = re.findall(rb"<([0-9a-f]*)> Tj", content)
        pages.append([bytes.fromhex(one.decode()).decode("cp1252") for one in strings])
    return pages


def objects(document: bytes) -> list[bytes]:
    """Each object as its table names the place of it."""
    table = int(document.rsplit(b"startxref\n", 1)[1].split()[0])
    places = re.findall(rb"(\d{10}) 00000 n \n", document[table:])
    return [document[int(place) :].split(b"\n", 1)[0] for place in places]


def test_every_object_stands_where_the_table_says() -> None:
    document = render_pdf("one\ntwo", title="ref_a", language="en")
    assert document.startswith(HEAD) and document.endswith(b"%%EOF\n")
    assert objects(document) == [f"{number} 0 obj".encode() for number in range(1, 8)]


def test_pages_are_numbered_and_hold_as_many_lines_as_fit() -> None:
    lines = [f"line {number}" for number in range(ROWS + 1)]
    first, second = drawn(render_pdf("\n".join(lines), title="ref_a", language="en"))
    assert first == [*lines[:-1], "ref_a  1 / 2"] and second == [lines[-1], "ref_a  2 / 2"]


def test_a_text_without_a_line_is_a_page_too() -> None:
    assert drawn(render_pdf("", title="t", language="en")) == [["t  1 / 1"]]


def test_a_heading_is_bold_and_nothing_else() -> None:
    document = render_pdf("== Item 1\nplain == Item\n*** TEST ***", title="t", language="en")
    found = STREAM.search(document)
    assert found is not None
    content = zlib.decompress(document[found.end() : found.end() + int(found[1])])
    assert re.findall(rb"/([BF]) 9", content) == [b"B", b"F", b"B", b"F"]


def test_what_the_type_lacks_is_written_as_its_number() -> None:
    (rows,) = drawn(render_pdf("ä € д\x00\x85\u202e", title="t", language="en"))
    assert rows[0] == "ä € \\u0434\\x00\\x85\\u202e"


@given(st.text(max_size=400), st.integers(min_value=0, max_value=200))
def test_no_line_is_wider_than_the_page_and_no_word_is_lost(text: str, indent: int) -> None:
    line = " " * indent + text.replace("\n", " ")
    rows = [row for page in drawn(render_pdf(line, title="t", language="en")) for row in page[:-1]]
    assert all(len(row) <= COLUMNS for row in rows)
    shown = "".join(
        f"\\x{ord(one):02x}" if ord(one) < 32 or 127 <= ord(one) < 160 else one for one in line.rstrip()
    )
    expected = shown.encode("cp1252", "backslashreplace").decode("cp1252")
    assert "".join("".join(rows).split()) == "".join(expected.split())


@pytest.mark.needs("pdftotext")
def test_another_program_reads_what_stands_in_it(tmp_path: Path) -> None:
    address = "https://host.test/" + "a" * 150
    text = f"Überschrift (1) \\ <x>\n== Item 1\n   Address: {address}"
    path = tmp_path / "r.pdf"
    path.write_bytes(render_pdf(text, title="ref_a", language="de"))
    read = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, text=True, timeout=20
    ).stdout
    assert "Überschrift (1) \\ <x>" in read and "== Item 1" in read and "ref_a 1 / 1" in read
    assert address in "".join(read.split())
