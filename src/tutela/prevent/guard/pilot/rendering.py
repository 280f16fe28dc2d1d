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
_GAP_HEAD = ("what", "difference", "95 % interval", "p")


def percent(share: float) -> str:
    """``37.2 %``."""
    return f"{100 * share:.1f} %"


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
            interval = f"{percent(one['low'])} to {percent(one['high'])}"
            yield NAMES[name], percent(one["difference"]), interval, f"{one['p']:.4f}"


def paragraphs(data: Mapping[str, Any]) -> tuple[str, ...]:
    """What stands above the tables."""
    study, primary = data["study"], data["study"]["primary"]
    arms = "; ".join(
        f"{name} ({people} people): {study['arms'][name]}" for name, people in data["design"]["arms"].items()
    )
    epsilons = data["privacy"]["epsilon"]
    return (
        f"{study['clinic']}, approved under {study['ethics']}. Release {data['release']}.",
        f"Arms: {arms}",
        f"The primary outcome is the answer {primary['at_least']} or more to the question {primary['item']} "
        f"at the {primary['moment']}. Everybody who was assigned counts in their arm; whoever left, skipped "
        "the question or sent nothing has not reached it.",
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
    head = f'<meta charset="utf-8"><title>{title}</title>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n'
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _page_table(caption: str, head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"<table><caption>{escape(caption)}</caption>"
    yield "<tr>" + "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
    yield "</table>"
