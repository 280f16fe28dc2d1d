"""The published file as a report that people read: Markdown, and the same as a plain page without scripts.

Both hold the published figures and nothing else, in one row for each total and group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

#: What each total is called in the report.
NAMES: Mapping[str, str] = {
    "primary": "Primary outcome reached",
    "calm": "Often calm at the end",
    "help_sought": "Talked with somebody who can help",
    "trust": "Trust the program",
    "burden": "The program got in the way",
    "again": "Would choose it again",
    "left": "Left the study",
    "any_event": "Told of something that got worse",
    "severe_event": "Told of something that needed help",
    "useful": "Professionals: useful",
    "safe": "Professionals: safe",
    "effort": "Professionals: too much effort",
    "offer": "Professionals: would offer it again",
}
_HEAD = ("what", "group", "total with noise", "of", "share", "95 % interval")
_GAP_HEAD = ("what", "difference in percentage points", "95 % interval", "p")
_HEADERS = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
_STYLE = """
:root { color-scheme: light dark; --ground: #f6f7f9; --ink: #1b2430; --soft: #55606e; --line: #dde2e8; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161b; --ink: #e6eaef; --soft: #a3adb9; --line: #313a44; }
}
body { background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; margin: 0 auto;
  max-width: 56rem; padding: 1.25rem; overflow-wrap: break-word; }
p { max-width: 46rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin-block: 2rem; width: 100%; }
caption { color: var(--soft); padding-bottom: .5rem; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: .45rem .75rem .45rem 0; text-align: left;
  vertical-align: top; }
[scope="col"] { color: var(--soft); }
[scope="row"] { font-weight: normal; }
@media print { :root { color-scheme: light; --ground: #fff; --ink: #000; --soft: #444; --line: #bbb; } }
"""


def percent(share: float) -> str:
    """``37.2 %``."""
    return f"{points(share)} %"


def points(difference: float) -> str:
    """``-3.8``: a difference of two shares is one of percentage points."""
    return f"{100 * difference:.1f}"


def table_rows(data: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The cells of every total and group."""
    people = {**data["design"]["arms"], "professionals": data["design"]["professionals"]}
    for name, groups in data["totals"].items():
        for group, count in groups.items():
            one = data["figures"][name]["groups"][group]
            interval = f"{percent(one['low'])} to {percent(one['high'])}"
            yield NAMES[name], group, str(count), str(people[group]), percent(one["share"]), interval


def gap_rows(data: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The cells of every comparison of the two arms."""
    for name, one in data["figures"].items():
        if "p" in one:
            interval = f"{points(one['low'])} to {points(one['high'])}"
            yield NAMES[name], points(one["difference"]), interval, f"{one['p']:.4f}"


def paragraphs(data: Mapping[str, Any]) -> tuple[str, ...]:
    """What stands above the tables."""
    study, primary = data["study"], data["study"]["primary"]
    arms = (
        f"Arm {name} ({people} people): {study['arms'][name]}"
        for name, people in data["design"]["arms"].items()
    )
    epsilons = data["privacy"]["epsilon"]
    return (
        f"{study['clinic']}, approved under {study['ethics']}. Release {data['release']}.",
        *arms,
        f"The primary outcome is the answer {primary['at_least']} or more to the question {primary['item']} "
        f"at the {primary['moment']}. Everybody who was assigned counts in their arm; whoever left "
        "before the question, skipped it or sent nothing has not reached it.",
        f"Each total carries noise ({data['privacy']['mechanism']}): epsilon {epsilons['primary']} for the "
        f"primary total, {epsilons['left']} for each other one; {data['privacy']['spent']} of "
        f"{data['privacy']['total']} spent. A total may therefore lie below 0 or above the number of people. "
        "Intervals and p take the noise into account; everything here can be computed again from the totals.",
    )


def markdown(data: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    parts = [f"# {data['study']['title']}", *paragraphs(data)]
    parts += ["\n".join(_markdown_table(_HEAD, table_rows(data)))]
    parts += ["\n".join(_markdown_table(_GAP_HEAD, gap_rows(data)))]
    return "\n\n".join(parts) + "\n"


def _markdown_table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def page(data: Mapping[str, Any]) -> str:
    """The report as a page."""
    title = escape(data["study"]["title"])
    body = [f"<h1>{title}</h1>", *(f"<p>{escape(one)}</p>" for one in paragraphs(data))]
    body += _page_table("Totals", _HEAD, table_rows(data))
    body += _page_table("The arms compared", _GAP_HEAD, gap_rows(data))
    head = f"{_HEADERS}\n<title>{title}</title><style>{_STYLE}</style>"
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head><body><main>\n'
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def _page_table(caption: str, head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"<table><caption>{escape(caption)}</caption>"
    yield "<thead><tr>" + "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head) + "</tr></thead>"
    yield "<tbody>"
    for what, *cells in rows:
        others = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        yield f'<tr><th scope="row">{escape(what)}</th>{others}</tr>'
    yield "</tbody></table>"
