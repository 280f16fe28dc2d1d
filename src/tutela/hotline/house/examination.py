"""What ``tutela doctor`` says of a hotline: what must be there, and what an operator easily forgets.

Each check looks and changes nothing; none of them shows an address, a name of a person or a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.db import Error, connection

from tutela.detect.service.doctor.findings import Finding, count, fail, ok, warn
from tutela.hotline.alerts.alarms import check_hook
from tutela.hotline.alerts.queries import silence
from tutela.hotline.alerts.settings import AlertSettings
from tutela.hotline.database_clock import SKEW_SECONDS, skew_seconds
from tutela.hotline.house.checks import House
from tutela.hotline.house.checks import findings as founded
from tutela.hotline.intake.spare import DAMAGED, WAITING
from tutela.hotline.ledger.queries import last_time, unsigned_for_seconds
from tutela.hotline.mailbox.queries import dead_letters
from tutela.hotline.mailbox.readers import check_report_mail, mailbox_server
from tutela.hotline.mailbox.reports.queries import COUNTED_DAYS, counted
from tutela.hotline.mailbox.reports.results import PARTNERS_TROUBLE
from tutela.hotline.mailbox.settings import ReplySettings, ReportMailSettings
from tutela.hotline.people.configuration import configuration_in_force
from tutela.hotline.people.queries import people
from tutela.hotline.people.vouching.queries import standings
from tutela.hotline.settings import HotlineSettings
from tutela.hotline.takedown.queries import outbox, waiting_since
from tutela.hotline.takedown.settings import NoticeSettings
from tutela.hotline.takedown.signing import dkim_keys
from tutela.hotline.work.queries import counts, oldest_due, workers
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.errors import Invalid, TutelaError

#: Seconds after which work that is due should have been taken up (invariant I5 of the fault injection guide).
WORK_LATE_SECONDS = 60.0
#: Seconds without a checkpoint after which the log's newest entries rest on nobody's word: ST-18 asks for one
#: every ten minutes; three of them may fail.
UNSIGNED_SECONDS = 1_800.0
#: Seconds since the last backup (our own: a week).
BACKUP_SECONDS = 7 * 86_400.0
#: What backup programs look for in folders that must not be copied.
NO_BACKUP = ".nobackup"


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """The house and its settings, and folders that must be in no backup.

    ``list_ends``: when each list that what is fetched is compared with ends, of those that have an end.
    """

    house: House
    hotline: HotlineSettings
    notices: NoticeSettings
    replies: ReplySettings
    reports_by_mail: ReportMailSettings
    alerts: AlertSettings
    spare: Path
    unsaved: tuple[Path, ...]
    list_ends: Callable[[], Sequence[datetime]] = tuple


def examine(place: Examined) -> Iterator[Finding]:
    """Every finding about the hotline, one after another."""
    for one in founded(place.house):
        say = ok("hotline", f"{one.name}: {one.sentence}") if one.is_right else None
        yield say or fail("hotline", f"{one.name}: {one.sentence}", "nothing starts before this is mended")
    for name, look in _LOOKS.items():
        try:
            yield look(place)
        except (TutelaError, Error):  # the fault has a finding of its own above
            yield warn(name, f"{name.replace('_', ' ')}: cannot be looked at", "mend what fails above first")


def _desk_address(place: Examined) -> Finding:
    parts = urlsplit(place.hotline.desk_url)
    if parts.scheme == "https" or _is_here(parts.hostname or ""):
        return ok("desk_address", "the desk is reached encrypted, or on this machine only")
    return fail(
        "desk_address", "the desk is reached in the clear", "set hotline.desk_url to its https address"
    )


def _public_address(place: Examined) -> Finding:
    parts = urlsplit(place.hotline.public_url)
    if _is_here(parts.hostname or ""):
        advice = "set hotline.public_url: it stands in receipts and in every notice"
        return warn("public_address", "the public side is reached on this machine only", advice)
    if parts.scheme != "https":
        return fail(
            "public_address", "reports come in the clear", "set hotline.public_url to its https address"
        )
    return ok("public_address", "the public side is reached encrypted")


def _mail(place: Examined) -> Finding:
    if place.notices.encryption == "none" and not _is_here(place.notices.server):
        return fail("mail", "notices would go to another machine in the clear", "set notices.encryption")
    if place.notices.from_address.endswith(".test"):
        return warn(
            "mail", "notices are from an address under .test", "set notices.from_address before going live"
        )
    return ok("mail", "notices have a sender, and go to this machine or encrypted")


def _signatures(place: Examined) -> Finding:
    try:
        keys = dkim_keys(place.notices)
    except Invalid as error:
        return fail("signatures", "letters cannot be signed", error.public_message())
    if not keys:
        return warn(
            "signatures",
            "letters are not signed: many recipients will not see them",
            "docs/how-to/notices.md",
        )
    if [key.algorithm for key in keys] == ["ed25519-sha256"]:
        advice = "secrets: notices__dkim_rsa, beside the other"
        return warn("signatures", "letters are signed with a key that few recipients can read", advice)
    return ok("signatures", "letters are signed; their DNS records: tutela notices dkim")


def _test_mail(place: Examined) -> Finding:
    if place.notices.test_mailbox:
        advice = "empty notices.test_mailbox when the trial is over"
        return warn("test_mail", "every notice goes to a mailbox of the house, and to nobody else", advice)
    return ok("test_mail", "notices go to those who can act on them")


def _answers(place: Examined) -> Finding:
    if not place.replies.server:
        return ok("answers", "no mailbox is named that answers are read from: people read them")
    try:
        mailbox_server(place.replies)
    except Invalid as error:
        return fail("answers", "answers would be read in the clear", error.public_message())
    if place.replies.user and not place.replies.password.get_secret_value():
        return warn("answers", "the mailbox has a user and no password", "secrets: replies__password")
    dead = dead_letters(place.house.clock.now())
    if dead:
        advice = "tutela notices list --state failed, and name another recipient"
        return warn("answers", f"{count(dead, 'letter')} came back from a mailbox that is not there", advice)
    return ok("answers", "answers are read from a mailbox, on this machine or encrypted")


def _reports_by_mail(place: Examined) -> Finding:
    settings = place.reports_by_mail
    if not settings.server:
        return ok("reports_by_mail", "no mailbox is named that partners send reports to")
    try:
        mailbox_server(settings)
        check_report_mail(settings, place.replies)
    except Invalid as error:
        return fail("reports_by_mail", "reports cannot be read by mail", error.public_message())
    if settings.user and not settings.password.get_secret_value():
        return warn("reports_by_mail", "the mailbox has a user and no password", "reports_by_mail__password")
    if not any(one.mailboxes for one in place.hotline.senders):
        advice = "name theirs: hotline.senders, mailboxes"
        return warn("reports_by_mail", "a mailbox is read, and no partner may send to it", advice)
    told = counted(place.house.clock.now())
    trouble = sum(told[one] for one in PARTNERS_TROUBLE)
    if trouble:
        said = f"{count(trouble, 'mail')} of partners within {COUNTED_DAYS} days brought no report"
        return warn("reports_by_mail", said, "desk: Reports, Reports by mail")
    return ok("reports_by_mail", "reports are read from a mailbox, on this machine or encrypted")


def _alerts(place: Examined) -> Finding:
    if not (place.alerts.to or place.alerts.hook):
        return warn(
            "alerts", "nobody is told when somebody has to look", "set alerts.to: docs/how-to/alerts.md"
        )
    try:
        if place.alerts.hook:
            check_hook(place.alerts)
    except Invalid as error:
        return fail("alerts", "the web-hook of the alerts is not right", error.public_message())
    found = silence(place.house.clock.now())
    if found.looked_at:
        advice = "does the sender run? tutela up"
        return fail("alerts", f"no alert could leave since {found.looked_at:%Y-%m-%d %H:%M} UTC", advice)
    if found.unheard:
        return fail(
            "alerts", f"{count(found.unheard, 'alert')} reached nobody", "does the mail server answer?"
        )
    return ok("alerts", "somebody is told outside of the desk when somebody has to look")


def _backup_marks(place: Examined) -> Finding:
    bare = [one for one in place.unsaved if one.is_dir() and not (one / NO_BACKUP).exists()]
    if bare:
        advice = "tutela hotline init puts them back; then look what your backups hold"
        return warn(
            "backup_marks", f"{count(len(bare), 'folder')} of keys or envelopes without its .nobackup", advice
        )
    return ok("backup_marks", "backup programs are told to leave out keys and envelopes")


def _shares(place: Examined) -> Finding:
    keys = FileKeyStore(place.house.vault_public, place.house.vault_private, place.house.clock)
    if keys.current().split is None:
        return warn(
            "shares",
            "the vault's key is in one place only",
            "tutela keys split, each share to another person",
        )
    return ok("shares", "the vault's key can come back from shares")


def _rehearsal(place: Examined) -> Finding:
    mandate = configuration_in_force(place.house.home, clock=place.house.clock).mandate
    if mandate.rehearsal:
        return warn(
            "rehearsal", "the mandate in force is a sample", "sign the house's own: docs/how-to/mandate.md"
        )
    return ok("rehearsal", "the mandate in force names its law")


def _administrators(_place: Examined) -> Finding:
    able = [row for row in people() if row.state == "active" and "administrator" in row.roles]
    if not able:
        return warn("administrators", "nobody can let staff in", "tutela people invite")
    if len(able) == 1:
        return warn("administrators", "one administrator alone", "a second one brings a lost passkey back")
    return ok("administrators", f"{count(len(able), 'administrator')}")


def _vouching(place: Examined) -> Finding:
    everybody = [one for one in standings(clock=place.house.clock) if one.votes]
    waiting = sum(not one.vouched for one in everybody)
    if waiting:
        return warn(
            "vouching",
            f"nobody vouched for {waiting} of {count(len(everybody), 'account')} that may vote",
            "tutela people vouching: their votes do not count where two people are needed",
        )
    return ok("vouching", "every account that may vote is vouched for")


def _work(place: Examined) -> Finding:
    late = oldest_due(clock=place.house.clock)
    if late > WORK_LATE_SECONDS:
        here = workers(clock=place.house.clock)
        advice = "tutela work list says what it waits for" if here else "no worker runs: tutela up"
        return fail("work", f"work has been due for {late:,.0f} s", advice)
    return ok("work", "nothing that is due waits for longer than a minute")


def _parked(_place: Examined) -> Finding:
    parked = counts()["parked"]
    if parked:
        return warn("parked", f"{count(parked, 'job')} wait for a person", "tutela work list --state parked")
    return ok("parked", "no job waits for a person")


def _letters(place: Examined) -> Finding:
    since = waiting_since(place.house.clock.now())
    if since:
        advice = "does the sender run, and does the mail server answer? tutela up, and the sender's log"
        return fail("letters", f"letters have not gone out since {since:%Y-%m-%d %H:%M} UTC", advice)
    return ok("letters", "no letter has waited for an hour to go out")


def _doubts(place: Examined) -> Finding:
    box = outbox(place.house.clock.now())
    if box.in_doubt:
        return warn(
            "doubts", f"{count(box.in_doubt, 'notice')} in doubt", "tutela notices list --state in_doubt"
        )
    return ok("doubts", "no notice is in doubt")


def _log(place: Examined) -> Finding:
    unsigned = unsigned_for_seconds(place.house.clock.now())
    if unsigned is not None and unsigned > UNSIGNED_SECONDS:
        return warn(
            "log",
            f"no checkpoint for {unsigned:,.0f} s",
            "tutela log checkpoint every ten minutes, and a witness",
        )
    return ok("log", "the log's newest entries are signed")


def _backup(place: Examined) -> Finding:
    made = last_time("backup_begun")
    age = None if made is None else (place.house.clock.now() - made).total_seconds()
    if age is None or age > BACKUP_SECONDS:
        return warn("backup", "no backup in the last week", "tutela backup, and a copy on another machine")
    return ok("backup", "a backup was made in the last week")


def _house_lists(place: Examined) -> Finding:
    try:
        ends = place.list_ends()
    except (OSError, TutelaError):
        advice = "tutela list verify, each in lists below TUTELA_HOME: nothing is compared meanwhile"
        return fail("house_lists", "a list of the house cannot be read", advice)
    now = place.house.clock.now()
    over = sum(end <= now for end in ends)
    if over:
        advice = "put the next version in its place, then tutela work retry --reason Refused"
        said = f"{count(over, 'list')} of the house expired: what is fetched is compared with none"
        return fail("house_lists", said, advice)
    soon = sum(end - now < timedelta(days=place.alerts.ends_days) for end in ends)
    if soon:
        said = f"{count(soon, 'list')} of the house will end within {place.alerts.ends_days} days"
        return warn("house_lists", said, "ask its owner for the next version")
    return ok("house_lists", "no list of the house ends soon")


def _spare_area(place: Examined) -> Finding:
    waiting = len(list(place.spare.glob(f"*{WAITING}")))
    damaged = len(list(place.spare.glob(f"*{DAMAGED}")))
    if damaged:
        return fail(
            "spare",
            f"{count(damaged, 'report')} of the spare area cannot be read",
            "keep them, and ask for help",
        )
    if waiting:
        return warn(
            "spare",
            f"{count(waiting, 'report')} wait in the spare area",
            "the worker takes them in: does it run?",
        )
    return ok("spare", "no report waits outside of the database")


def _database_clock(place: Examined) -> Finding:
    if connection.vendor != "postgresql":
        return ok("database_clock", "the database goes by this machine's clock")
    skew = abs(skew_seconds(place.house.clock))
    if skew > SKEW_SECONDS:
        return fail(
            "database_clock",
            f"the database's clock differs by {skew:,.0f} s: nothing is signed, sent or opened",
            "keep both right: chrony",
        )
    return ok("database_clock", "this machine and the database agree about the time")


def _separation(_place: Examined) -> Finding:
    advice = "run each process as a unit of its own (packaging/systemd): each then sees no other's keys"
    return warn(
        "separation", "under one user, processes are kept apart by the keys they are given alone", advice
    )


def _is_here(host: str) -> bool:
    """True for this machine, by name or loopback address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_LOOKS: dict[str, Callable[[Examined], Finding]] = {
    "desk_address": _desk_address,
    "public_address": _public_address,
    "mail": _mail,
    "signatures": _signatures,
    "test_mail": _test_mail,
    "answers": _answers,
    "reports_by_mail": _reports_by_mail,
    "alerts": _alerts,
    "backup_marks": _backup_marks,
    "shares": _shares,
    "rehearsal": _rehearsal,
    "administrators": _administrators,
    "vouching": _vouching,
    "work": _work,
    "parked": _parked,
    "letters": _letters,
    "doubts": _doubts,
    "log": _log,
    "backup": _backup,
    "house_lists": _house_lists,
    "spare": _spare_area,
    "database_clock": _database_clock,
    "separation": _separation,
}
