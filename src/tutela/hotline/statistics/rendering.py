"""The yearly report as Markdown, as one page of HTML and as CSV, and facts as JSON and CSV. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from html import escape
from typing import Any

from tutela.hotline.statistics.categories import ACTIONS, CATEGORIES
from tutela.hotline.statistics.facts import KINDS, Facts
from tutela.hotline.statistics.suppression import Cell
from tutela.hotline.statistics.yearly import VERSION, Made

#: What stands in a cell that is hidden.
HIDDEN = "hidden"
#: What is said before the tables.
HEAD = (
    "Months are those of UTC. A count below {small} is hidden, and so much beside it that it cannot "
    "be computed from what is shown. Removed means: not found from two places, twice each, at least 30 "
    "minutes apart; what providers say is not counted. Hours are counted from the handing over of the notice."
)
#: What the tables do not say by themselves.
NOTES = (
    "A child's apparent age band and sex, and the severity, are what the last person said who found the item "
    "illegal, in the words of their scheme. What a list alone knows has none, and is not among these items. "
    "What lies across two tables (such as age by country) is not shown: small counts could be told from it. "
    "Referrals are counted once they were handed over; exercises are left out."
)
#: Columns of a table of facts, all kinds in one.
COLUMNS = ("fact", *dict.fromkeys(one.name for kind in KINDS.values() for one in fields(kind)))


def render_markdown(made: Iterable[Made], *, year: int, small_count: int) -> str:
    """The report as Markdown."""
    parts = [f"# Report of the year {year}\n", HEAD.format(small=small_count) + "\n"]
    for one in made:
        parts += [f"## {one.cut.title}\n", *_markdown_table(one), ""]
    return "\n".join([*parts, NOTES]) + "\n"


def render_html(made: Iterable[Made], *, year: int, small_count: int) -> str:
    """The report as one page of HTML without script, style or picture of elsewhere."""
    parts = [f"<h1>Report of the year {year}</h1>", f"<p>{escape(HEAD.format(small=small_count))}</p>"]
    for one in made:
        parts += [f"<h2>{escape(one.cut.title)}</h2>", *_html_table(one)]
    head = f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Report {year}</title></head>'
    return "\n".join([head, "<body>", *parts, f"<p>{escape(NOTES)}</p>", "</body></html>"]) + "\n"


def render_csv(made: Iterable[Made]) -> str:
    """The report as CSV (RFC 4180): a row for each place of each table, and one for each total.

    ``number`` is ``hidden`` where it is; a total has no place. Places are joined by `` / ``.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("table", "title", "by", "place", "number", "median_hours"))
    for one in made:
        fixed = (one.cut.key, one.cut.title, " / ".join(one.cut.by))
        writer.writerow((*fixed, "", HIDDEN if one.table.total is None else one.table.total, ""))
        for cell in one.table.cells:
            number = HIDDEN if cell.count is None else cell.count
            place = _plain(" / ".join(cell.path))
            writer.writerow((*fixed, place, number, one.median_hours.get(cell.path, "")))
    return out.getvalue()


def render_facts_json(facts: Facts, *, year: int) -> str:
    """The facts as one JSON object: a list of equal rows for each kind, in the order of their words."""
    kinds: dict[str, Any] = {name: [asdict(row) for row in rows] for name, rows in _kinds(facts)}
    return json.dumps({"v": VERSION, "year": year, **kinds}, indent=1, ensure_ascii=False) + "\n"


def render_facts_csv(facts: Facts) -> str:
    """The facts as CSV (RFC 4180): one table, the first column says what a row is."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for name, rows in _kinds(facts):
        writer.writerows(
            {"fact": name, **{key: _plain(said) for key, said in asdict(row).items()}} for row in rows
        )
    return out.getvalue()


def _plain(said: str) -> str:
    """The text so that no program that opens tables takes it for a formula."""
    return f"'{said}" if said[:1] in {"=", "+", "-", "@", "\t", "\r"} else said


def _kinds(facts: Facts) -> Iterator[tuple[str, Iterator[Any]]]:
    for name in KINDS:
        yield name, iter(sorted(getattr(facts, name).elements()))


def _markdown_table(made: Made) -> Iterator[str]:
    if made.table.withheld:
        yield _withheld(made)
        return
    hours = " median hours to removal |" if made.cut.hours else ""
    yield f"| {', '.join(one.replace('_', ' ') for one in made.cut.by)} | number |{hours}"
    yield "|---|---:|" + ("---:|" if hours else "")
    for cell in made.table.cells:
        yield "| " + " | ".join(_escaped(text) for text in _texts(cell, made)) + " |"
    yield f"| together | {made.table.total} |" + (" |" if hours else "")


def _html_table(made: Made) -> Iterator[str]:
    if made.table.withheld:
        yield f"<p>{escape(_withheld(made))}</p>"
        return
    names = [", ".join(one.replace("_", " ") for one in made.cut.by), "number"]
    names += ["median hours to removal"] if made.cut.hours else []
    yield (
        "<table><thead><tr>"
        + "".join(f'<th scope="col">{escape(one)}</th>' for one in names)
        + "</tr></thead>"
    )
    for cell in made.table.cells:
        first, *rest = _texts(cell, made)
        numbers = "".join(f"<td>{escape(one)}</td>" for one in rest)
        yield f'<tr><th scope="row">{escape(first)}</th>{numbers}</tr>'
    yield f'<tr><th scope="row">together</th><td>{made.table.total}</td></tr></table>'


def _withheld(made: Made) -> str:
    if made.table.total is None:
        return "Too few to be shown."
    return f"Together {made.table.total}; no part of it can be shown without a small count."


def _texts(cell: Cell, made: Made) -> list[str]:
    """What stands in the row of a cell: its name, its number, and the median where the table has one."""
    number = HIDDEN if cell.count is None else str(cell.count)
    name = "– " * (len(cell.path) - 1) + _name(cell.path[-1], made.cut.by[len(cell.path) - 1])
    texts = [name, number + (" (parts hidden)" if cell.parts_withheld else "")]
    if made.cut.hours:
        median = made.median_hours.get(cell.path)
        texts.append("" if median is None else str(median))
    return texts


def _name(word: str, by: str) -> str:
    if by == "category" and word in CATEGORIES:
        known = CATEGORIES[word]
        return f"{known.name} ({known.dsa_keyword})" if known.dsa_keyword else known.name
    return ACTIONS.get(word, word) if by == "action" else word


def _escaped(text: str) -> str:
    """The text as it may stand in a cell of a Markdown table, with no tag and no link in it."""
    safe = " ".join(escape(text, quote=False).split())
    for sign in "\\`*[]|":
        safe = safe.replace(sign, "\\" + sign)
    return safe
