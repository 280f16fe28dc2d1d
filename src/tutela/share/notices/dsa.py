"""What Article 16(2) of the Digital Services Act asks of a notice, taken from its content.

Regulation (EU) 2022/2065, Article 16(2): (a) a sufficiently substantiated explanation, (b) the exact
electronic location, (c) name and mail of the notifier, except for offences under Articles 3 to 7 of Directive
2011/93/EU, (d) a statement of good faith. The four stand in every notice; Article 16 itself is named only
where it applies.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tutela.share.notices.contents import Law, Letterhead, NoticeContent
from tutela.share.notices.texts import Texts

#: Rungs that store what their users give them (Article 6); an order is one of Article 9, and what only
#: carries or finds things (Articles 4 and 5) has no Article 16.
HOSTING = frozenset({"hoster", "site_owner"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Article16:
    """The four elements in the recipient's language. ``notifier`` is name and mail, or that none is given."""

    explanation: str
    locations: tuple[str, ...] = field(repr=False)
    notifier: str
    good_faith: str
    applies: bool


def build_article_16(content: NoticeContent, head: Letterhead, texts: Texts) -> Article16:
    """The elements of this notice."""
    notifier = texts.say("notifiers.withheld")
    if content.names_notifier:
        notifier = texts.say("notifiers.house", house=head.name, mail=head.sender)
    return Article16(
        explanation=_explanation(content, texts),
        locations=tuple(sighting.url.canonical for sighting in content.sightings),
        notifier=notifier,
        good_faith=texts.say("statements.good_faith"),
        applies=_applies(content),
    )


def _applies(content: NoticeContent) -> bool:
    hosting = content.rung in HOSTING and not content.is_proxy
    in_union = content.receiver_law is not None and content.receiver_law.in_union
    return hosting and in_union and content.order is None


def _explanation(content: NoticeContent, texts: Texts) -> str:
    said = [texts.say(f"classes.{content.legal_class}"), texts.say(f"bases.{content.basis}")]
    sender, receiver = _citation(content.sender_law), _citation(content.receiver_law)
    if receiver and receiver == sender:
        return " ".join([*said, texts.say("laws.same", citation=receiver)])
    if receiver:
        said.append(texts.say("laws.receiver", citation=receiver))
    if sender:
        said.append(texts.say("laws.sender", citation=sender))
    return " ".join(said)


def _citation(law: Law | None) -> str:
    return law.citation if law else ""
