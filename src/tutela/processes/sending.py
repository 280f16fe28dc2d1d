"""The sender's process: the outbox, the opener's socket and the mail server, and nothing of the vault.

Beside notices, each in a thread of its own, it hands referrals over, reads the mailboxes that answers and
partners' reports come to, and tells alerts: a mail server that hangs keeps no case from the police.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from tutela.config import Config
from tutela.kernel.opener.asking import SOCKET, OpenerProcess
from tutela.processes.places import sockets
from tutela.processes.working import LISTS, Lists
from tutela.web.starting import start_django


def run_sender(
    name: str, settings: Config, home: Path, stop: threading.Event, *, say: Callable[[str], None]
) -> None:
    """Return once ``stop`` is set and the notice in hand is handed over.

    Raises Conflict where a sender of this name runs, Invalid for settings that do not fit together, Refused
    or Unavailable where the database or the signed configuration is not as it should be.
    """
    start_django()
    from tutela.hotline.alerts.actions import end_looks
    from tutela.hotline.alerts.alarms import build_alarm
    from tutela.hotline.alerts.looking import Places
    from tutela.hotline.database_clock import ClockGuard
    from tutela.hotline.house.checks import check_database
    from tutela.hotline.ledger.actors import process
    from tutela.hotline.mailbox.reader import MailReader
    from tutela.hotline.mailbox.readers import reading_means, report_means
    from tutela.hotline.mailbox.reports.reader import ReportReader
    from tutela.hotline.partners.acts import HOWS
    from tutela.hotline.partners.drop_folder import drop_folder
    from tutela.hotline.partners.post import Post
    from tutela.hotline.partners.referrer import Reach, Referrer
    from tutela.hotline.people.enactments import take_up_configuration
    from tutela.hotline.takedown.letterhead import letterhead
    from tutela.hotline.takedown.sender import Sender
    from tutela.hotline.takedown.sender_lock import sender_lock
    from tutela.hotline.takedown.senders import means_of

    check_database()
    take_up_configuration(home, actor=process("sender"))
    head, opener = letterhead(), OpenerProcess(sockets(home) / SOCKET)
    means = means_of(settings.notices, head, opener)
    beside = {}
    for how in HOWS:
        apart = means_of(settings.notices, head, opener)  # a connection of its own
        post = Post(
            mailer=apart.mailer,
            sender=head.sender,
            dkim=apart.manner.dkim,
            test_mailbox=apart.manner.test_mailbox,
        )
        reach = Reach(opener=opener, folder=drop_folder(), public_url=head.public_url, post=post)
        beside[f"referrals_{how}"] = Referrer(reach, hows=(how,), guard=ClockGuard().check).run
    if reading := reading_means(settings.replies):
        beside["answers"] = MailReader(reading, guard=ClockGuard().check).run
    if reports := report_means(settings.reports_by_mail, settings.hotline.senders, settings.replies):
        beside["reports"] = ReportReader(reports, guard=ClockGuard().check).run
    alarm = build_alarm(
        settings.alerts,
        Places(home, settings.hotline.spare_folder(home), partial(list_ends, Lists(home / LISTS))),
        mailer=lambda: means_of(settings.notices, head, opener).mailer,  # a connection of its own
        sender=head.sender,
        guard=ClockGuard().check,
    )
    if alarm:
        beside["alerts"] = alarm.run
    else:
        end_looks()
    with sender_lock(name, home) as marked_name:
        say(f"== sender {name} hands notices to {settings.notices.server}, port {settings.notices.port}")
        if reading:
            say(f"== answers are read from {settings.replies.server}, port {settings.replies.port}")
        if reports:
            named = settings.reports_by_mail
            say(f"== reports are read from {named.server}, port {named.port}")
        with _beside(beside):
            Sender(marked_name, means, guard=ClockGuard().check).run(stop)


def list_ends(lists: Lists) -> list[datetime]:
    """When each list here that has an end expires."""
    return [one.header.valid_to for one in lists.now() if one.header.valid_to is not None]


@contextmanager
def _beside(works: Mapping[str, Callable[[threading.Event], None]]) -> Iterator[None]:
    """A block beside which each work goes on in a thread; at the end what it has in hand is finished."""
    ended = threading.Event()
    threads = [threading.Thread(target=work, args=(ended,), name=name) for name, work in works.items()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
