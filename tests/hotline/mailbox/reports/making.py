"""Mails that partners send, for the tests of reports by mail."""

from __future__ import annotations

from email.message import EmailMessage

from tutela.hotline.settings import SenderSettings

SERVER = "mx.hotline.test"
PARTNER = SenderSettings(name="partner-a", mailboxes=("reports@partner.test",), urgent=True)
QUIET = SenderSettings(name="partner-b", mailboxes=("list@other.test",))
PICTURE = b"\x89PNG canary-picture"


def a_mail(
    text: str = "https://there.test/one\n",
    *,
    sender: str = "reports@partner.test",
    number: str = "<r1@partner.test>",
    is_proved: bool = True,
    subject: str = "Report 7",
    **headers: str,
) -> EmailMessage:
    """A plain mail as the house's own server gives it out."""
    mail = EmailMessage()
    if is_proved:
        domain = sender.rpartition("@")[2].rstrip(">")
        mail["Authentication-Results"] = f"{SERVER}; dkim=pass header.d={domain}"
    mail["From"], mail["To"], mail["Subject"] = sender, "in@hotline.test", subject
    mail["Message-ID"] = number
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def with_table(
    mail: EmailMessage, table: bytes, *, name: str = "list.csv", kind: str = "text/csv"
) -> EmailMessage:
    """The mail with a table."""
    main, _, sub = kind.partition("/")
    mail.add_attachment(table, maintype=main, subtype=sub, filename=name)
    return mail


def with_picture(mail: EmailMessage, data: bytes = PICTURE) -> EmailMessage:
    """The mail with what nobody may send."""
    mail.add_attachment(data, maintype="image", subtype="png", filename="one.png")
    return mail
