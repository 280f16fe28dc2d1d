"""Small pieces of HTML for the report. Everything from outside goes through ``text`` first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from tutela.detect.scan.visible import visible


def text(untrusted: object) -> str:
    """Escaped for HTML, with characters that hide or turn text written out (threat model ST-08, ST-09)."""
    return escape(visible(str(untrusted)), quote=True)


def section(anchor: str, heading: str, *parts: str, css: str = "") -> str:
    """A section with its heading; ``parts`` are markup."""
    named = f' class="{css}"' if css else ""
    inner = "\n".join(part for part in parts if part)
    return (
        f'<section id="{anchor}"{named} aria-labelledby="{anchor}-h">\n'
        f'<h2 id="{anchor}-h">{text(heading)}</h2>\n{inner}\n</section>'
    )


def paragraph(sentence: str, *, css: str = "") -> str:
    """A paragraph of plain text."""
    named = f' class="{css}"' if css else ""
    return f"<p{named}>{text(sentence)}</p>"


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, counts: Sequence[int] = ()
) -> str:
    """A table of markup cells; the first cell of a row is its header. ``counts`` are columns of numbers."""
    css = [' class="count"' if number in counts else "" for number in range(len(heads))]
    head = "".join(f'<th scope="col"{css[n]}>{text(name)}</th>' for n, name in enumerate(heads))
    body = "\n".join(_row(row, css) for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}"><table>'
        f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[str], css: Sequence[str]) -> str:
    first, *rest = cells
    others = "".join(f"<td{css[n]}>{cell}</td>" for n, cell in enumerate(rest, 1))
    return f'<tr><th scope="row"{css[0]}>{first}</th>{others}</tr>'


def count_table(caption: str, head: str, counts: Iterable[tuple[str, int]]) -> str:
    """The numbers of a plot as a table, folded away."""
    rows = [(text(label), f"{count:,}") for label, count in counts]
    shown = table(caption, (head, "Files"), rows, counts=(1,))
    return f"<details><summary>The numbers as a table</summary>{shown}</details>"


def figure(svg: str, caption: str) -> str:
    """A plot with what it shows."""
    return f"<figure>{svg}<figcaption>{text(caption)}</figcaption></figure>"


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """A list of terms and what they are; plain text both."""
    return "<dl>" + "".join(f"<dt>{text(term)}</dt><dd>{text(value)}</dd>" for term, value in rows) + "</dl>"


def badge(status: str) -> str:
    """A status as a word in its colour."""
    return f'<span class="badge {tone(status)}">{text(status)}</span>'


def tone(status: str) -> str:
    """The CSS class of a status."""
    return "unread" if status in ("unreadable", "refused") else status
