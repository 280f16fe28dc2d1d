"""The sheet for people and for programs: one HTML file that loads and runs nothing, and a JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from tutela import __version__
from tutela.detect.scan import markup
from tutela.detect.service.conformance.results import Row, Sheet
from tutela.detect.service.conformance.suite import GROUPS
from tutela.kernel.clock import iso_utc

#: Version of the JSON form: it changes when a field changes its meaning.
FORM = 1
#: The scan report's colours by verdict: green, red, violet.
_TONES = {"passed": "unknown", "failed": "known", "not applicable": "unread"}
_READING = (
    ("Passed", "Everything that was looked at was as it should be."),
    (
        "Failed",
        "At least one was not. The counts say how many were as they should be; one altered copy that is "
        "missed is one copy that goes round unseen.",
    ),
    (
        "Not applicable",
        "The shape has no way to ask this, or what it needs was not given. It says nothing good or bad, and "
        "never counts as passed.",
    ),
    (
        "Altered copies",
        "Thirteen kinds of copy of the same generated pictures, as chat programs, sites and people make "
        "them. Each is asked once for each picture.",
    ),
    (
        "Exactness",
        "Hashes are asked at distance 0 and at the threshold, where they must be found, and one bit beyond "
        "it, where they must not. Half of those at the threshold are laid out so that an index that looks "
        "only at some places misses them.",
    ),
    (
        "Bad input",
        "A 4xx whose answer parses; a picture may also be answered as not readable, a file that is none as "
        "not known. A 5xx, no answer, or a clearance of a broken picture fails. After each, a good question "
        "is asked.",
    ),
    (
        "What this sheet is not",
        "No statement about how many pictures a service knows, nor about its speed under load. It asks "
        "generated pictures only, in one shape, from one place.",
    ),
)


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    """The sheet as JSON values; times in seconds, the start in UTC. ``kit`` is the version that asked."""
    return {
        "form": FORM,
        "kit": __version__,
        "shape": sheet.shape,
        "host": sheet.host,
        "started": iso_utc(sheet.started),
        "seconds": round(sheet.seconds, 3),
        "options": dict(sheet.options),
        "passed": sheet.count("passed"),
        "failed": sheet.count("failed"),
        "not_applicable": sheet.count("not applicable"),
        "left_behind": sheet.left_behind,
        "conforms": sheet.passed,
        "rows": [_row_json(row) for row in sheet.rows],
    }


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "group": row.group,
        "check": row.check,
        "title": row.title,
        "status": row.status,
        "found": row.found,
        "total": row.total,
        "words": row.words,
        "figures": {name: round(value, 4) for name, value in row.figures.items()},
        "seconds": round(row.seconds, 3),
    }


def render_sheet(sheet: Sheet, version: str) -> str:
    """The whole HTML document; ``version`` is that of the kit."""
    css = (files("tutela.detect.scan") / "report.css").read_text(encoding="utf-8")
    sections = [_group_section(sheet, group, words) for group, words in GROUPS.items()]
    return _DOCUMENT.format(
        css=css,
        headline=markup.text(headline(sheet)),
        lead=markup.text(_lead(sheet)),
        notes="\n".join(markup.paragraph(note, css="note") for note in _notes(sheet)),
        cards=_cards(sheet),
        links="".join(map(_link, GROUPS)),
        sections="\n".join([*sections, _reading_section(), _options_section(sheet)]),
        version=markup.text(version),
    )


def headline(sheet: Sheet) -> str:
    """What came out, as one sentence."""
    passed, failed = sheet.count("passed"), sheet.count("failed")
    if not passed + failed:
        return "Nothing of the suite can be asked over this shape"
    if failed:
        return f"{failed} of {passed + failed} applicable checks failed"
    return f"All {passed} applicable checks passed"


def _lead(sheet: Sheet) -> str:
    started = f"{sheet.started:%d %B %Y at %H:%M} UTC"
    return f"{sheet.host}, asked in the shape {sheet.shape} on {started}, for {sheet.seconds:.0f} seconds."


def _notes(sheet: Sheet) -> list[str]:
    notes = []
    if sheet.left_behind:
        notes.append(
            f"{sheet.left_behind} lists that the kit made could not be removed: their names begin with "
            "tutela- or TUTELA_ and hold the check's name."
        )
    if sheet.shape == "tutela":
        notes.append(
            "This shape lists values, not pictures: the kit made them as tutela list build does, with the "
            "PDQ of centred crops of 5, 10 and 15 %. Without those the 10 % crop is not found."
        )
    if sheet.shape == "hma":
        notes.append(
            "An HMA keeps one index for all its banks: the checks of an index with 0, 1 and 2 entries say "
            "something about it only when its other banks are empty."
        )
    return notes


def _cards(sheet: Sheet) -> str:
    cards = (
        ("passed", "checks passed"),
        ("failed", "checks failed"),
        ("not applicable", "not applicable: neither passed nor failed"),
    )
    return "".join(
        f'<li class="{_TONES[status]}"><strong>{sheet.count(status):,}</strong><span>{words}</span></li>'  # type: ignore[arg-type]  # the words of Status
        for status, words in cards
    )


def _group_section(sheet: Sheet, group: str, words: str) -> str:
    rows = [_cells(row) for row in sheet.rows if row.group == group]
    if not rows:
        return markup.section(
            _anchor(group), _heading(group), markup.paragraph(words), markup.paragraph("Not asked.")
        )
    heads = ("Check", "Verdict", "As it should be", "Of", "What was seen")
    shown = markup.table(f"{_heading(group)}: {len(rows)} lines", heads, rows, counts=(2, 3))
    return markup.section(_anchor(group), _heading(group), markup.paragraph(words), shown)


def _cells(row: Row) -> Sequence[str]:
    asked = row.status != "not applicable"
    return (
        markup.text(row.title),
        f'<span class="badge {_TONES[row.status]}">{markup.text(row.status)}</span>',
        f"{row.found:,}" if asked else "",
        f"{row.total:,}" if asked else "",
        markup.text(row.words),
    )


def _reading_section() -> str:
    return markup.section("reading", "How to read this", markup.pairs(_READING))


def _options_section(sheet: Sheet) -> str:
    options = [(name, f"{value:g}") for name, value in sheet.options.items()]
    return markup.section("options", "What was asked with", markup.pairs(options))


def _link(group: str) -> str:
    return f'<li><a href="#{_anchor(group)}">{markup.text(_heading(group))}</a></li>'


def _anchor(group: str) -> str:
    return group.replace(" ", "-")


def _heading(group: str) -> str:
    return {"copies": "Altered copies"}.get(group, group.capitalize())


_DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Conformance of a matcher: {headline}</title>
<style>
{css}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the checks</a>
<header>
<p class="kicker">Conformance of a matcher</p>
<h1>{headline}</h1>
<p class="lead">{lead}</p>
{notes}
<ul class="cards" aria-label="Counts">{cards}</ul>
<nav aria-label="Parts of this report"><ul>
{links}
<li><a href="#reading">How to read this</a></li>
<li><a href="#options">What was asked with</a></li>
</ul></nav>
</header>
<main id="main">
{sections}
</main>
<footer><p>Made by the conformance kit of tutela {version}. This file loads nothing and runs nothing; it holds
no picture, no hash and no token.</p></footer>
</body>
</html>
"""
