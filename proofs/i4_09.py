"""Bar 9: the public's pages are complete in every language, and the yearly report is what its export says.

The public's site, asked as somebody without JavaScript asks it, in six languages and in a pseudo-locale that
is written from right to left: every page and every state of a form. Then houses of a year's life, whose
report is counted again from an export by a script without a line of the product, on both databases.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from proofs.figure import Figure, Tier, script
from proofs.i4_07 import founded
from proofs.year_house import EXPORTS, YearHouse, missed, year_house
from tests.needs import missing
from tutela.kernel import log

if TYPE_CHECKING:
    from proofs.site_visits import Answer, Site

BAR, REPLAY = "i4-9", "make proofs BAR=i4-9"
#: Items of each house by tier, a seed for each; the last ones are nearly empty.
ITEMS = {"full": (2_400, 2_050, 9, 0), "ci": (200,)}
#: Years that are drawn without a database.
DRAWN = {"full": 5_000, "ci": 200}
DATABASES = {"full": ("sqlite", "postgres"), "ci": ("sqlite",)}
#: Troubles that are said one by one.
SAID_MAX = 20


def tokens(site: Site, folder: Path) -> Iterator[tuple[str, str, str]]:
    """A receipt, a helpline's link, and without end the token of one more referral."""
    from tests.hotline.partners.making import a_clock, a_partner, a_referral
    from tutela.hotline.intake.self_reports import open_link
    from tutela.hotline.partners.actions import record_handed, record_sealed
    from tutela.hotline.people.configuration import rehearse

    clock = a_clock()
    rehearse(folder, mandate="police-first", clock=clock)
    taken = site.post("/report", {"addresses": "https://there.test/one", "text": "seen"})
    receipt = " ".join(re.findall(r'<li lang="en">(\w[\w-]*)</li>', taken.html))
    link = open_link("helpline", "", "7")
    partner, number = a_partner(clock), 0
    while True:
        number += 1
        referral = a_referral(clock, partner=partner)
        record_sealed(referral.public_id, b"sealed", token=f"token-{number}", clock=clock)
        record_handed(referral.public_id, clock=clock)
        yield receipt, link, f"token-{number}"


@contextmanager
def public_site(home: Path) -> Iterator[Site]:
    """The public's application over a house of its own, in this process."""
    founded(home)
    os.environ.update(TUTELA_HOME=str(home))
    os.environ.pop("TUTELA_HOTLINE__DATABASE", None)
    from tutela.web.applications import public_application

    application = public_application()
    from proofs.site_visits import Site

    yield Site(application, "127.0.0.1")


def record_languages(figure: Figure, found: dict[str, dict[str, tuple[int, Answer]]]) -> None:
    """What is wrong with any page in any language, and what no page shows."""
    from proofs.site_words import DESK, PSEUDO, catalogue, of_the_desk, troubles, unshown, unvisited

    english = found["en"]
    wrong = [
        f"{language}: {one}"
        for language, pages in found.items()
        for name in pages.keys() & english.keys()
        for one in troubles(name, language, *pages[name], english[name][1])
    ]
    for one in wrong[:SAID_MAX]:
        figure.failure(REPLAY, one)
    sets = {frozenset(pages) for pages in found.values()}
    sentences = {one for code in found.keys() - {"en", PSEUDO} - DESK for one in catalogue(code)}
    sentences -= of_the_desk()
    lacking = unshown(sentences, [one for _, one in english.values()])
    figure.count("languages", len(found))
    figure.count("pages and states of each", len(english))
    figure.count("sentences", len(sentences))
    figure.record("wrong on pages in any language", len(wrong), "troubles", bar="== 0")
    figure.record("different sets of pages", len(sets), "sets", bar="== 1")
    figure.record(
        "kinds of pages that nobody visited",
        len(unvisited([one for _, one in english.values()])),
        "pages",
        bar="== 0",
    )
    figure.record("sentences that no visited page says", len(lacking), "sentences", bar="== 0")
    figure.table("sentences that no visited page says", lacking)


def languages(figure: Figure, home: Path) -> None:
    """Every page in every language, and a translation that is taken away."""
    with public_site(home) as site:
        from proofs.site_visits import visits
        from proofs.site_words import PSEUDO, speaking, walk
        from tutela.hotline.intake.languages import LANGUAGES

        made = tokens(site, home)
        with speaking(home / "pseudo"):
            codes = (*LANGUAGES, PSEUDO)
            record_languages(figure, {code: walk(site, code, visits(*next(made))) for code in codes})
        figure.record("removed translations found", removed_found(site, home), "of 1", bar="== 1")


def removed_found(site: Site, home: Path) -> int:
    """1 where a translation that is taken away is found on the page that says it."""
    from proofs.site_words import speaking, untranslated

    sentence = (
        "You need not say who you are. Choose what fits best; nothing is wrong if you choose another one."
    )
    with speaking(home / "removed", {"nl": {sentence: sentence}}):
        return int(untranslated(site.get("/", "nl"), site.get("/", "en"), "nl") == [sentence])


def record_year(figure: Figure, house: YearHouse, name: str) -> int:
    """How many figures of the report of a house were compared; differences are failures."""
    from proofs.recount_year import differences

    report = house.report()
    shown = 0
    for form in EXPORTS:
        rows = house.export(form)
        found = list(differences(rows, report))
        for one in found[:SAID_MAX]:
            figure.failure(REPLAY, f"{name}, {form}: {one}")
        figure.record(f"{name}, {form}: differences", len(found), "figures", bar="== 0")
    numbers, lived = missed(house.export("json"), report)
    shown += numbers
    figure.record(f"{name}: planted wrong numbers that were not found", lived, "figures", bar="== 0")
    hidden = sum(cell["count"] is None for table in report["tables"] for cell in table["cells"])
    figure.count(f"{name}: rows", sum(map(len, rows.values())))
    figure.count(f"{name}: figures", numbers)
    figure.count(f"{name}: hidden", hidden)
    return shown


def drawn_years(figure: Figure, tier: Tier) -> None:
    """Years of every size without a database: whatever is hidden in them, the script sees why."""
    from proofs.drawn_facts import wrong

    seeds = [seed for seed in range(DRAWN[tier]) if wrong(seed)]
    for seed in seeds[:SAID_MAX]:
        figure.failure(REPLAY, f"drawn_facts.wrong({seed}): {wrong(seed)[:2]}")
    figure.count("drawn years", DRAWN[tier])
    figure.record("drawn years that differ", len(seeds), "years", bar="== 0")


def years(figure: Figure, tier: Tier, folder: Path) -> None:
    """Every house on every database."""
    for kind in DATABASES[tier]:
        if kind == "postgres" and missing("postgres"):
            figure.failure(REPLAY, f"PostgreSQL is missing: {missing('postgres')}")
            continue
        for seed, items in enumerate(ITEMS[tier], 1):
            name = f"{kind}, {items} items"
            with year_house(folder / f"{kind}-{seed}", kind, items=items, seed=seed) as house:
                compared = record_year(figure, house, name)
            figure.record(f"{name}: figures compared", compared, "figures", bar="> 10")


def main(tier: Tier) -> int:
    """The languages, then the year."""
    figure = Figure(bar=BAR, tier=tier)
    with (
        tempfile.TemporaryDirectory(prefix="tutela-i4-09-") as name,
        open(os.devnull, "w", encoding="utf-8") as nowhere,
    ):
        log.configure(level="error", stream=nowhere)
        home = Path(name) / "home"
        home.mkdir()
        languages(figure, home)
        drawn_years(figure, tier)
        years(figure, tier, Path(name))
    return figure.save()


if __name__ == "__main__":
    script(main)
