from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.intake import csv_rows
from tutela.hotline.intake.csv_rows import Row, WrongRow, parse_rows
from tutela.kernel.errors import Invalid


def test_the_columns_of_scart_are_read() -> None:
    text = (
        "\ufeffURL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE\r\n"
        "https://there.test/1;https://from.test/;a@b.test;R-1;web;image\r\n\r\n"
        "nowhere;;;;;\r\n"
    )
    first, second = parse_rows(text)
    assert isinstance(first, Row) and first.line == 2
    assert first.told.details == {"referrer": "https://from.test/", "reference": "R-1"}
    assert isinstance(second, WrongRow) and second.complaints[0].problem == "no_address"


def test_ours_may_have_quotes_commas_and_lines() -> None:
    (row,) = parse_rows('url,text,urgent\n"https://there.test/1","a, ""b""\nc",yes\n')
    assert isinstance(row, Row) and row.told.text == 'a, "b"\nc' and row.told.urgent


def test_a_file_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "ROWS_MAX", 2)
    with pytest.raises(Invalid):
        list(parse_rows("url\na.test\nb.test\nc.test\n"))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=5))
def test_any_text_in_a_cell_comes_through(texts: list[str]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([("url", "text"), *(("https://there.test/", text) for text in texts)])
    rows = list(parse_rows(out.getvalue()))
    assert [row.told.text for row in rows if isinstance(row, Row)] == [text.strip() for text in texts]


@given(st.text())
def test_anything_else_is_refused_or_read(untrusted: str) -> None:
    try:
        rows = list(parse_rows(untrusted))
    except Invalid as refused:
        rows = []
        assert refused.field == "file"  # noqa: PT017 - either answer is right
    assert all(isinstance(row, Row | WrongRow) for row in rows)
