"""A notice, or what takes one back, for hosts that take it only through a form: a person copies it there.

What is copied, where it goes and the reference that the host gives are the takedown's; here are the fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tutela.share.notices.contents import Letterhead, NoticeContent, RetractionContent
from tutela.share.notices.dsa import build_article_16
from tutela.share.notices.texts import texts_for
from tutela.share.notices.wording import (
    answering,
    asked,
    footer,
    handling,
    render_retraction,
    render_subject,
    wrapped,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormFields:
    """What goes into the form. ``addresses`` is one a line, and empty where a notice is taken back."""

    title: str
    text: str
    addresses: str = field(repr=False)
    notifier: str
    mail: str
    reference: str

    @property
    def whole(self) -> str:
        """Text, addresses and reference in one, for a form with one field alone."""
        return "\n\n".join(filter(None, [self.text, self.addresses, self.reference]))


def build_form_fields(content: NoticeContent, head: Letterhead) -> FormFields:
    """The fields of this notice in the recipient's language. ``text`` names no address."""
    texts = texts_for(content.language)
    article = build_article_16(content, head, texts)
    paragraphs = [
        *asked(content, head, texts),
        article.explanation,
        handling(content, texts),
        article.good_faith,
        answering(head, texts),
    ]
    text = "\n\n".join([*(wrapped(one) for one in paragraphs), footer(content, head, texts)])
    return FormFields(
        title=texts.say("forms.title", house=head.name),
        text=text,
        addresses="\n".join(article.locations),
        notifier=article.notifier,
        mail=str(head.sender),
        reference=texts.say("forms.reference", notice=content.notice),
    )


def build_retraction_fields(content: RetractionContent, head: Letterhead) -> FormFields:
    """The fields that take a notice back. They name no address."""
    texts = texts_for(content.language)
    return FormFields(
        title=render_subject(content),
        text=render_retraction(content, head).rstrip(),
        addresses="",
        notifier=texts.say("notifiers.house", house=head.name, mail=head.sender),
        mail=str(head.sender),
        reference=texts.say("forms.reference", notice=content.retracts),
    )
