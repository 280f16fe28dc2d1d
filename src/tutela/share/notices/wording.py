"""A letter's text: the sentences of one language in the order in which they are read.

Complete on its own, since many abuse desks read nothing else (standards 10b.1). An address stands alone on
its line, never wrapped.
"""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime

from tutela.share.notices.contents import Letterhead, NoticeContent, RetractionContent, Sighting
from tutela.share.notices.dsa import build_article_16
from tutela.share.notices.texts import Texts, texts_for

#: Columns of a paragraph (RFC 3676 section 4.2 asks for at most 78).
COLUMNS = 76
#: Name of the list of addresses beside the letter.
TABLE_FILE = "addresses.csv"


def render_subject(content: NoticeContent | RetractionContent) -> str:
    """The subject: what it is and its number. Nothing of the place, and nothing that somebody else wrote."""
    texts = texts_for(content.language)
    if isinstance(content, RetractionContent):
        return texts.say("subjects.retraction", retracts=content.retracts)
    name = "subjects.order" if content.order else "subjects.request"
    if content.reminder is None:
        return texts.say(name, notice=content.notice)
    return texts.say(f"{name}_reminder", notice=content.notice, number=content.reminder.number)


def render_notice(content: NoticeContent, head: Letterhead, *, machine_parts: bool) -> str:
    """The text of a notice. ``machine_parts`` says that X-ARF reports are attached beside the list."""
    texts = texts_for(content.language)
    article = build_article_16(content, head, texts)
    statement = article.good_faith
    if article.applies:
        statement = f"{statement} {texts.say('statements.article_16')}"
    parts = [
        wrapped(texts.say("leads.greeting")),
        *(wrapped(one) for one in asked(content, head, texts)),
        _labelled(texts, "explanation", article.explanation),
        _where(content, texts, machine_parts=machine_parts),
        _labelled(texts, "handling", handling(content, texts)),
        _labelled(texts, "notifier", article.notifier),
        _labelled(texts, "statement", statement),
        _labelled(texts, "answer", answering(head, texts)),
        footer(content, head, texts),
    ]
    return "\n\n".join(parts) + "\n"


def render_retraction(content: RetractionContent, head: Letterhead) -> str:
    """The text that takes a notice back. It names no address: the number leads to the notice."""
    texts = texts_for(content.language)
    day = content.retracts_sent.astimezone(UTC).date().isoformat()
    takes_back = texts.say("retractions.takes_back", house=head.name, retracts=content.retracts, sent_on=day)
    parts = [
        wrapped(texts.say("leads.greeting")),
        wrapped(takes_back),
        wrapped(texts.say("retractions.undo")),
        wrapped(texts.say("retractions.sorry")),
        footer(content, head, texts),
    ]
    return "\n\n".join(parts) + "\n"


def asked(content: NoticeContent, head: Letterhead, texts: Texts) -> list[str]:
    """What is asked, in paragraphs: an order or a request by the recipient's rung, that it is a reminder."""
    said = [_ask(content, head, texts)]
    if content.is_proxy:
        said.append(texts.say("asks.origin"))
    if content.reminder is not None:
        first = at(content.reminder.first_sent)
        said.append(texts.say("leads.reminder", number=content.reminder.number, first_sent=first))
    return said


def _ask(content: NoticeContent, head: Letterhead, texts: Texts) -> str:
    if content.order is not None:
        return texts.say(
            "asks.order",
            house=head.name,
            authority=content.order.authority,
            legal_base=content.order.legal_base,
            deadline=at(content.order.deadline),
        )
    return texts.say("asks.proxy" if content.is_proxy else f"asks.{content.rung}", house=head.name)


def handling(content: NoticeContent, texts: Texts) -> str:
    """How the content is to be dealt with: not looked at, not passed on, and what to keep under which law."""
    keeping = content.receiver_law.keeping if content.receiver_law else "as_law"
    names = ("never", keeping, "danger")
    return " ".join(texts.say(f"handling.{name}") for name in names)


def answering(head: Letterhead, texts: Texts) -> str:
    """What answer is asked for, and how to object."""
    said = [texts.say("answers.ask"), texts.say("answers.wrong")]
    if head.appeal:
        said.append(texts.say("answers.appeal", appeal=head.appeal))
    return " ".join(said)


def footer(content: NoticeContent | RetractionContent, head: Letterhead, texts: Texts) -> str:
    """Number, Message-ID, and the page that says whether it is ours."""
    page = f"{head.public_url}/verify/{content.verify_token}"
    return "\n".join(
        [
            texts.say("footers.notice", notice=content.notice),
            texts.say("footers.message", message_id=content.message_id),
            texts.say("footers.verify", verify_url=page),
        ]
    )


def wrapped(text: str, *, indent: str = "") -> str:
    """A paragraph in lines of at most ``COLUMNS``; a long word or an address is never broken."""
    return textwrap.fill(
        text, COLUMNS, initial_indent=indent, subsequent_indent=indent, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def at(moment: datetime) -> str:
    """A time as the letters write it, in UTC and to the minute: ``2026-01-15 08:00 UTC``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _labelled(texts: Texts, label: str, text: str) -> str:
    return f"{texts.say(f'labels.{label}')}\n" + wrapped(text, indent="  ")


def _where(content: NoticeContent, texts: Texts, *, machine_parts: bool) -> str:
    said = [texts.say("places.exact"), texts.say("places.attached", file=TABLE_FILE)]
    if machine_parts:
        said.append(texts.say("places.attached_xarf"))
    lines = [texts.say("labels.location")]
    for number, sighting in enumerate(content.sightings, 1):
        lines += ["", f"  {number}. {sighting.url.canonical}"]
        lines += [f"     {fact}" for fact in _facts(sighting, texts, digest=content.digests != "none")]
    return "\n".join(lines) + "\n\n" + wrapped(" ".join(said), indent="  ")


def _facts(sighting: Sighting, texts: Texts, *, digest: bool) -> list[str]:
    network = f"AS{sighting.network_number}" if sighting.network_number else ""
    facts = [
        ("first_seen", at(sighting.first_seen)),
        ("last_seen", at(sighting.last_seen)),
        ("address", str(sighting.address or "")),
        ("network", " ".join(filter(None, (network, sighting.country)))),
        ("sha256", sighting.sha256 if digest else ""),
        ("notice", sighting.notice),
    ]
    return [texts.say(f"places.{name}", value=fact) for name, fact in facts if fact]
