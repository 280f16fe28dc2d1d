"""A referral by mail against a mail server on loopback that fails in every way a server can."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.partners.certificates import MAILBOX
from tests.hotline.partners.making import OFFICER
from tests.hotline.partners.test_post import House
from tests.smtp_sink import Sink, Step, running_sink
from tutela.hotline.partners.actions import retry_referral
from tutela.hotline.partners.models import Referral
from tutela.kernel.egress.mail_servers import MailServer
from tutela.kernel.egress.smtp import SmtpMailer

pytestmark = pytest.mark.django_db


class Mailed(House):
    """The house, with a real connection to the server."""

    def __init__(self, folder: Path, sink: Sink) -> None:
        super().__init__(folder)
        self.server = SmtpMailer(MailServer(port=sink.port, talk_seconds=5, answer_seconds=0.3))

    def steps(self, number: int) -> None:
        """So many looks of a sender, hours apart, as if each time another one had begun."""
        for _ in range(number):
            self.referrer(mailer=self.server).step()
            self.clock.advance(7_000)
        self.server.close()


@pytest.mark.parametrize(
    ("step", "state", "delivered"),
    [
        (Step.ACCEPT, "handed", 1),
        (Step.BUSY, "handed", 1),
        (Step.LATER, "handed", 1),
        (Step.CLOSING, "handed", 1),
        (Step.TAKE_AND_CRASH, "handed", 1),
        (Step.NEVER, "failed", 0),
        (Step.REFUSE, "failed", 0),
        (Step.RESET_AFTER_DOT, "in_doubt", 0),
        (Step.TAKE_AND_RESET, "in_doubt", 1),
        (Step.TAKE_AND_SILENCE, "in_doubt", 1),
        (Step.GARBLE, "in_doubt", 1),
    ],
    ids=lambda given: given.name.lower() if isinstance(given, Step) else str(given),
)
def test_no_fault_of_a_server_loses_or_doubles_a_case(
    step: Step, state: str, delivered: int, tmp_path: Path
) -> None:
    with running_sink() as sink:
        house = Mailed(tmp_path, sink)
        sink.plan(MAILBOX, step)
        house.steps(4)
        assert house.kept()[0] == state
        assert sink.count(f"<{house.name}@hotline.test>") == delivered


def test_a_person_who_sends_it_again_sends_the_same_letter(tmp_path: Path) -> None:
    with running_sink() as sink:
        house = Mailed(tmp_path, sink)
        sink.plan(MAILBOX, Step.RESET_AFTER_DOT)
        house.steps(2)
        document = Referral.objects.get().document_sha256
        retry_referral(house.name, actor=OFFICER, clock=house.clock)
        house.steps(2)
        assert house.kept() == ("handed", "") and Referral.objects.get().document_sha256 == document
        assert sink.counts() == {f"<{house.name}@hotline.test>": 1}
