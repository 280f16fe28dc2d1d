"""What the person reads: help, an exercise, what is covered, lists, consent; and a wrong block's text."""

from __future__ import annotations

from collections.abc import Mapping

from tutela.kernel.errors import Invalid
from tutela.kernel.help import countries, is_country
from tutela.prevent.guard.page import covered, helplines, reports
from tutela.prevent.guard.page.answering import COUNTRY, Answer
from tutela.prevent.guard.page.wording import moment_said
from tutela.prevent.guard.person.consent import PARAGRAPHS, agreed, made_to, render_consent
from tutela.prevent.guard.person.folder import CONSENT

#: What a saved report is called: a name that tells nothing.
REPORT_FILE = "note.txt"


class Help(Answer):
    """Help by country, crisis first."""

    def get(self) -> None:
        """Tornado's own."""
        country = self.in_address("country", self.get_cookie(COUNTRY, "") or "")
        country = country if is_country(country) else ""
        known = helplines.regions(country)
        region = self.in_address("region")
        region = region if region in known else ""
        self.keep_cookie(COUNTRY, country)
        self.show(
            "help",
            country=country,
            countries=countries(self.words.language),
            region=region,
            regions=known,
            groups=helplines.groups(country, region),
        )


class Exercise(Answer):
    """A short exercise."""

    def get(self) -> None:
        """Tornado's own."""
        self.show("exercise")


class SelfHelp(Answer):
    """What helps."""

    def get(self) -> None:
        """Tornado's own."""
        self.show("self_help")


class Coverage(Answer):
    """Every way on which a picture can come, with what the tests say of it."""

    def get(self) -> None:
        """Tornado's own."""
        self.show("coverage", rows=covered.rows(self.words))


class Lists(Answer):
    """The lists and classifiers in force, with who answers for them."""

    def get(self) -> None:
        """Tornado's own."""
        running = self.site.running
        self.show(
            "lists",
            lists=running.lists(),
            classifiers=running.classifiers(),
            moment=moment_said,
            release=running.release,
            port=running.port,
        )


class About(Answer):
    """The text of the consent, to be read again, and agreed to anew where it has changed."""

    def get(self) -> None:
        """Tornado's own."""
        consent = self.site.consent
        self.show(
            "about",
            said=self.asked_to_say("page.done"),
            paragraphs=[*(self.say(f"consent.{one}") for one in PARAGRAPHS), made_to(self.words)[0]],
            day=consent.day.isoformat() if consent else "",
            current=consent is not None and consent.current,
        )

    def post(self) -> None:
        """Tornado's own."""
        record = render_consent(agreed(self.words.language, self.site.clock))
        with self.site.folder.alone():  # a folder that is gone does not come back
            self.site.folder.write(CONSENT, record.encode("ascii"))
        self.go("/about?said=page.done")


class Report(Answer):
    """The text about a wrong block: made here, shown whole, kept nowhere and sent nowhere."""

    def get(self) -> None:
        """Tornado's own."""
        self._show({"day": self.site.today.isoformat(), "kind": "unknown", "way": "network", "text": ""})

    def post(self) -> None:
        """Tornado's own."""
        fields = self._fields()
        try:
            made = self.report(fields)
        except Invalid as error:
            name = {"address": "report_address", "long": "report_long"}.get(error.field)
            said = self.say(f"shown.{name}", number=reports.TEXT_CHARACTERS_MAX) if name else ""
            self._show(fields, said or self.say("page.old_form"), status=422)
        else:
            self._show(fields, made=made.to_text())

    def report(self, fields: Mapping[str, str]) -> reports.Report:
        """The report of a form. Raises Invalid."""
        return reports.report_of(fields, release=self.site.running.release)

    def _fields(self) -> dict[str, str]:
        names = ("day", "way", "kind", "text")
        return {name: self.in_form(name).replace("\r\n", "\n") for name in names}

    def _show(self, fields: dict[str, str], wrong: str = "", status: int = 200, made: str = "") -> None:
        self.show(
            "report",
            status=status,
            wrong=wrong,
            fields=fields,
            made=made,
            ways=reports.WAYS,
            kinds=reports.KINDS,
            number=reports.TEXT_CHARACTERS_MAX,
        )


class SaveReport(Report):
    """The same text as a file."""

    def post(self) -> None:
        """Tornado's own."""
        made = self.report(self._fields())
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{REPORT_FILE}"')
        self.finish(made.to_text())
