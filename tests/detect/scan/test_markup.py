"""Pieces of HTML: everything from outside is escaped and made visible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.scan import markup


@given(st.text(alphabet=st.characters(codec=None)))
def test_text_never_opens_a_tag_or_leaves_an_attribute(untrusted: str) -> None:
    escaped = markup.text(untrusted)
    assert not set(escaped) & set("<>\"'")
    escaped.encode("utf-8")


def test_a_table_has_headers_for_columns_and_rows() -> None:
    shown = markup.table("Why", ("Reason", "Files"), [("broken", "3")], counts=(1,))
    assert '<th scope="col">Reason</th>' in shown
    assert '<th scope="row">broken</th>' in shown
    assert '<td class="count">3</td>' in shown
    assert "<caption>Why</caption>" in shown


def test_a_section_is_named_by_its_heading() -> None:
    shown = markup.section("met", "Known & candidate", markup.paragraph("a < b"))
    assert 'aria-labelledby="met-h"' in shown
    assert '<h2 id="met-h">Known &amp; candidate</h2>' in shown
    assert "<p>a &lt; b</p>" in shown


@pytest.mark.parametrize(
    ("status", "tone"), [("known", "known"), ("refused", "unread"), ("unreadable", "unread")]
)
def test_a_status_is_a_word_and_a_tone(status: str, tone: str) -> None:
    assert markup.badge(status) == f'<span class="badge {tone}">{status}</span>'


def test_terms_and_folded_numbers_are_escaped() -> None:
    assert markup.pairs([("<a>", "<b>")]) == "<dl><dt>&lt;a&gt;</dt><dd>&lt;b&gt;</dd></dl>"
    folded = markup.count_table("Files", "Kind", [("<k>", 1_000)])
    assert "&lt;k&gt;" in folded
    assert "1,000" in folded
    assert "&lt;x&gt;" in markup.figure("<svg/>", "<x>")
