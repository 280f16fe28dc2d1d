"""The report of a scan: one HTML file without scripts, pictures or anything from elsewhere.

It names paths, because the investigator needs them, and the SHA-256 of known and candidate files; no hash
of anything else. Names are escaped and made visible. Light, dark and print styles; every plot has its
numbers as a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any

from tutela.detect.scan import markup, plots
from tutela.detect.scan.findings import nearest_match
from tutela.detect.scan.groups import SeriesOfPictures
from tutela.detect.scan.progress import render_span
from tutela.detect.scan.shapes import Finding
from tutela.detect.scan.totals import Pace, Tally

#: Known and candidate files shown in the report; the rest is in findings.jsonl and findings.csv.
ROWS_MAX = 1_000
#: Rows of the smaller tables.
SHORT_ROWS_MAX = 20
#: Bits up to which the histogram of distances goes (PDQ matches at most 31 bits by default).
DISTANCE_BITS_MAX = 31
#: Points of the pace curve.
PACE_POINTS = 120

_STATUS_WORDS = {
    "known": "Known",
    "candidate": "Candidate",
    "unknown": "Unknown",
    "unreadable": "Unreadable",
    "refused": "Refused",
}
#: Kinds as people write them.
_KIND_NAMES = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha256": "SHA-256",
    "pdq": "PDQ",
    "vpdq": "vPDQ",
    "text": "keyword",
}
#: What each word means (decisions.md section 2; PDQ paper for the distance).
_READING = (
    (
        "Known",
        "The SHA-256 is in a list, or two independent hashes agree on one entry. The first is proof of the "
        "same bytes; the second allows reversible acts only, until one protected look.",
    ),
    (
        "Candidate",
        "One perceptual hash, or MD5 or SHA-1 alone, is near an entry. It is a reason for one protected look "
        "by a person and nothing more.",
    ),
    ("Unknown", "No list that was asked has it. That is not a judgement on the file."),
    ("Unreadable", "Broken, locked, or a container that was not opened. Not cleared."),
    (
        "Refused",
        "A limit of the sandbox was hit. Its digests were compared if they could be computed. Not cleared.",
    ),
    (
        "Distance",
        "How many of 256 bits two PDQ hashes differ in. Unrelated pictures are about 128 bits apart.",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFacts:
    """Everything the report says. ``met`` are known and candidate findings, known first, at most ROWS_MAX.

    ``settings`` and ``versions`` are (name, value) pairs; ``warnings`` sentences about how the scan ran.
    """

    places: Sequence[str]
    finished: datetime
    tally: Tally
    met: Sequence[Finding]
    paces: Sequence[Pace]
    series: SeriesOfPictures
    lists: Sequence[dict[str, Any]]
    settings: Sequence[tuple[str, str]]
    versions: Sequence[tuple[str, str]]
    warnings: Sequence[str] = field(default=())


def render_report(facts: ReportFacts) -> str:
    """The whole HTML document."""
    css = (files("tutela.detect.scan") / "report.css").read_text(encoding="utf-8")
    sections = [
        _met_section(facts),
        _unread_section(facts.tally),
        f'<div class="grid">{_status_section(facts.tally)}{_kind_section(facts.tally)}'
        f"{_distance_section(facts)}{_pace_section(facts)}</div>",
        _series_section(facts.series),
        _reading_section(),
        _settings_section(facts),
    ]
    return _DOCUMENT.format(
        css=css,
        headline=markup.text(headline(facts.tally)),
        lead=markup.text(_lead(facts)),
        warnings="\n".join(markup.paragraph(warning, css="note") for warning in _warnings(facts)),
        cards=_cards(facts.tally),
        sections="\n".join(sections),
        version=markup.text(dict(facts.versions).get("tutela", "")),
    )


def headline(tally: Tally) -> str:
    """What was found, as one sentence."""
    known, candidates = tally.count("known"), tally.count("candidate")
    looked = f"{tally.total:,} {_files(tally.total)} looked at"
    if not known and not candidates:
        return f"Nothing known among {looked}"
    plural = "candidate" if candidates == 1 else "candidates"
    return f"{known:,} known {_files(known)} and {candidates:,} {plural} among {looked}"


def _files(count: int) -> str:
    return "file" if count == 1 else "files"


def _lead(facts: ReportFacts) -> str:
    seconds = sum(max((p.seconds for p in facts.paces if p.run == run), default=0.0) for run in _runs(facts))
    runs = len(_runs(facts))
    taken_up = f", in {runs} runs" if runs > 1 else ""
    size = _size(facts.tally.size_bytes)
    finished = f"{facts.finished:%d %B %Y at %H:%M} UTC"
    return f"Finished {finished} after {render_span(seconds)}{taken_up}; {size} in all."


def _runs(facts: ReportFacts) -> list[int]:
    return sorted({pace.run for pace in facts.paces if pace.files})


def _size(size_bytes: int) -> str:
    size, units = float(size_bytes), ["bytes", "kB", "MB", "GB", "TB", "PB"]
    while size >= 1000 and len(units) > 1:
        size, units = size / 1000, units[1:]
    return f"{size:,.0f} {units[0]}" if units[0] == "bytes" or size >= 100 else f"{size:.1f} {units[0]}"


def _warnings(facts: ReportFacts) -> list[str]:
    unread = facts.tally.count("unreadable", "refused")
    cleared = (
        f"{unread:,} {_files(unread)} could not be looked at, or not wholly. "
        "They are not cleared: the reasons stand below."
    )
    return [*facts.warnings, *([cleared] if unread else [])]


def _cards(tally: Tally) -> str:
    cards = (
        ("known", tally.count("known"), "known: byte for byte, or by two independent hashes"),
        ("candidate", tally.count("candidate"), "candidates: one protected look each"),
        ("unknown", tally.count("unknown"), "unknown to every list that was asked"),
        ("unread", tally.count("unreadable", "refused"), "unreadable or refused: not cleared"),
    )
    return "".join(
        f'<li class="{css}"><strong>{count:,}</strong><span>{markup.text(words)}</span></li>'
        for css, count, words in cards
    )


def _met_section(facts: ReportFacts) -> str:
    total = facts.tally.count("known", "candidate")
    if not total:
        words = "No file met a list. That says nothing about material that no list knows yet."
        return markup.section("met", "Known and candidate files", markup.paragraph(words))
    heads = ("Path", "Status", "Nearest match", "List", "Entry")
    shown = markup.table(
        f"{min(total, ROWS_MAX):,} of {total:,}, known ones first",
        heads,
        (_met_row(one) for one in facts.met),
    )
    more = (
        "All of them stand in findings.jsonl and findings.csv beside this report." if total > ROWS_MAX else ""
    )
    return markup.section(
        "met", "Known and candidate files", shown, more and markup.paragraph(more), css="long"
    )


def _met_row(finding: Finding) -> tuple[str, ...]:
    match = nearest_match(finding)
    member = f'<span class="member">!/{markup.text(finding.member)}</span>' if finding.member else ""
    path = f"<code>{markup.text(finding.path)}{member}</code>"
    digest = f'<code class="digest">SHA-256 {markup.text(finding.sha256)}</code>' if finding.sha256 else ""
    if match is None:
        return (path + digest, markup.badge(finding.status), markup.text(finding.reason), "", "")
    distance = "equal" if match.distance_bits is None else f"{match.distance_bits} bits"
    share = "" if match.target_percent is None else f", {match.target_percent:.0f} % of the listed film"
    kind = _KIND_NAMES.get(match.kind, match.kind)
    form = "" if match.form == "file" else f" of {match.form}"
    nearest = markup.text(f"{kind}{form}: {distance}{share}")
    listed = markup.text(f"{match.list} {match.version}")
    return (
        path + digest,
        markup.badge(finding.status),
        nearest,
        listed,
        f"<code>{markup.text(match.entry)}</code>",
    )


def _unread_section(tally: Tally) -> str:
    if not tally.unread_reasons:
        return ""
    rows = [
        (markup.text(reason), f"{count:,}")
        for reason, count in list(tally.unread_reasons.items())[:SHORT_ROWS_MAX]
    ]
    words = (
        "A broken, locked or unknown container may hold anything. Each of these is one finding of its own."
    )
    shown = markup.table("Why, and how often", ("Reason", "Files"), rows, counts=(1,))
    return markup.section("unread", "What could not be looked at", markup.paragraph(words), shown)


def _status_section(tally: Tally) -> str:
    counts = [(words, tally.count(status), markup.tone(status)) for status, words in _STATUS_WORDS.items()]
    plot = markup.figure(
        plots.bars("Files by status", counts), "Every file and every member of a container, once."
    )
    numbers = markup.count_table("Files by status", "Status", [(words, count) for words, count, _ in counts])
    return markup.section("status", "By status", plot, numbers)


def _kind_section(tally: Tally) -> str:
    kinds = list(tally.by_kind.items())
    most, rest = kinds[:9], sum(count for _, count in kinds[9:])
    counts = [*most, *([("others", rest)] if rest else [])]
    svg = plots.bars("Files by kind", [(kind, count, "series") for kind, count in counts])
    plot = markup.figure(svg, "The kind is found by content, never by name.")
    return markup.section("kinds", "By kind", plot, markup.count_table("Files by kind", "Kind", counts))


def _distance_section(facts: ReportFacts) -> str:
    counts = facts.tally.distances
    if not counts:
        return markup.section("distances", "Distance of matches", markup.paragraph("No perceptual match."))
    marked = max((one["distance_bits"] for one in facts.lists if not one["known_good"]), default=None)
    last = max(DISTANCE_BITS_MAX, *counts)
    svg = plots.columns(
        "Files by distance of their nearest match",
        counts,
        last=last,
        axis="distance in bits of 256",
        marked=marked,
    )
    plot = markup.figure(svg, "0 is the same picture; the dashed line is the widest threshold of a list.")
    rows = [(f"{bits} bits", count) for bits, count in sorted(counts.items())]
    return markup.section(
        "distances", "Distance of matches", plot, markup.count_table("Files by distance", "Distance", rows)
    )


def _pace_section(facts: ReportFacts) -> str:
    points = pace_points(facts.paces)
    if len(points) < 2:
        return markup.section("pace", "Pace", markup.paragraph("Too short to draw."))
    svg = plots.curve("Files looked at over time", points, axis="time since the scan began", unit="files")
    return markup.section("pace", "Pace", markup.figure(svg, "Files finished, all runs one after the other."))


def pace_points(paces: Sequence[Pace]) -> list[tuple[float, float]]:
    """(seconds, files) over all runs joined end to end, thinned to about ``PACE_POINTS``."""
    points, run, seconds, done, last = (
        [(0.0, 0.0)],
        0,
        0.0,
        0,
        Pace(run=0, seconds=0.0, files=0, size_bytes=0),
    )
    for pace in paces:
        if pace.run != run:
            seconds, done, run = seconds + last.seconds, done + last.files, pace.run
        points.append((seconds + pace.seconds, float(done + pace.files)))
        last = pace
    step = max(1, len(points) // PACE_POINTS)
    thinned = points[::step]
    return thinned if thinned[-1] == points[-1] else [*thinned, points[-1]]


def _series_section(series: SeriesOfPictures) -> str:
    sizes = sorted(series.sizes().items())
    if not sizes:
        words = (
            f"No two of {series.pictures:,} pictures are within {series.distance_bits} bits of each other."
        )
        return markup.section("series", "Near-duplicates", markup.paragraph(words))
    words = (
        f"{series.count:,} groups hold {len(series.places):,} of {series.pictures:,} pictures; in a group "
        f"each picture is at most {series.distance_bits} bits from another one. One look serves a group. "
        "The groups stand in groups.jsonl, and findings.csv names each file's group."
    )
    rows = [
        (f"{size:,} pictures", f"{count:,}") for size, count in sorted(sizes, reverse=True)[:SHORT_ROWS_MAX]
    ]
    shown = markup.table("Largest groups first", ("Size of the group", "Groups"), rows, counts=(1,))
    return markup.section("series", "Near-duplicates", markup.paragraph(words), shown)


def _reading_section() -> str:
    return markup.section("reading", "How to read this", markup.pairs(_READING))


def _settings_section(facts: ReportFacts) -> str:
    rows = [
        (
            markup.text(one["name"]),
            markup.text(one["version"]),
            "known good files" if one["known_good"] else f"{one['distance_bits']} bits",
            f"{facts.tally.by_list.get(one['name'], 0):,}",
        )
        for one in facts.lists
    ]
    lists = markup.table(
        "Lists that were asked", ("List", "Version", "Threshold", "Files met"), rows, counts=(3,)
    )
    places = (
        "<h3>Places</h3><ul>"
        + "".join(f"<li><code>{markup.text(one)}</code></li>" for one in facts.places)
        + "</ul>"
    )
    return markup.section(
        "settings", "Lists, places, settings, versions", lists, places,
        "<h3>Settings</h3>", markup.pairs(facts.settings), "<h3>Versions</h3>", markup.pairs(facts.versions),
    )  # fmt: skip


_DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Scan report: {headline}</title>
<style>
{css}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the findings</a>
<header>
<p class="kicker">tutela scan report</p>
<h1>{headline}</h1>
<p class="lead">{lead}</p>
{warnings}
<ul class="cards" aria-label="Counts">{cards}</ul>
<nav aria-label="Parts of this report"><ul>
<li><a href="#met">Known and candidate files</a></li>
<li><a href="#status">Counts and plots</a></li>
<li><a href="#series">Near-duplicates</a></li>
<li><a href="#reading">How to read this</a></li>
<li><a href="#settings">Lists and settings</a></li>
</ul></nav>
</header>
<main id="main">
{sections}
</main>
<footer><p>Made by tutela {version}. This file loads nothing and runs nothing; it holds no picture.
It names paths: treat it like the evidence it describes.</p></footer>
</body>
</html>
"""
