"""What one answer says about a place that was seen before: a result and the reason for it. Pure.

The rules stand in order, and the first that holds decides. Only a host's own word that there is nothing is
*gone*; that the bytes are others is not (docs/explanation/re-checks.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tutela.detect.fingerprints.shapes import QUALITY_MIN
from tutela.detect.matching.shapes import PDQ_DISTANCE_BITS
from tutela.detect.media.page_shapes import simhash_distance_bits
from tutela.hotline.takedown.removal import Result
from tutela.kernel.log import declare_words

#: Statuses by which a host says that there is nothing (RFC 9110 sections 15.5.5 and 15.5.11). Not 451
#: (RFC 7725): that is said to whoever asks from one country, and shown to others.
GONE_STATUS = frozenset({404, 410})
#: Statuses that say something about whoever asks, not about the content (RFC 9110 section 15.5; RFC 6585;
#: RFC 7725; 503 is what challenges come with).
BLOCKED_STATUS = frozenset({401, 402, 403, 407, 429, 451, 503})
#: Bits in which two texts may differ and are much the same (detect.media.page_shapes: below 8).
TEXT_DISTANCE_BITS = 7

declare_words("same_bytes", "near_picture", "same_text", "near_text", "host_says_gone", "host_refuses_us")
declare_words("no_whole_answer", "asks_password", "asks_browser", "same_everywhere", "same_as_nothing")
declare_words("page_for_media", "something_else", "nothing_known")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pdq:
    """One PDQ as a number of 256 bits, with its quality, 0-100."""

    value: int = field(repr=False)
    quality: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PageSigns:
    """What a page is known by. ``text_digest`` is keyed; ``media`` counts what it shows."""

    text_bytes: int
    text_digest: str = field(repr=False)
    text_simhash: int = field(repr=False)
    password_field: bool = False
    refreshes: bool = False
    media: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What was seen at the place: bytes (SHA-256, hex), fingerprints; of a page, the signs of its text."""

    sha256: str = field(default="", repr=False)
    pictures: tuple[Pdq, ...] = ()
    text_digest: str = field(default="", repr=False)
    text_simhash: int | None = field(default=None, repr=False)

    @property
    def is_page(self) -> bool:
        """Whether it was a page, and no medium."""
        return bool(self.text_digest)

    @property
    def is_something(self) -> bool:
        """Whether there is anything to compare with."""
        return bool(self.sha256 or self.pictures or self.text_digest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What came now. ``status`` is HTTP's, 0 without an answer; ``whole``: the body came to its end.

    ``elsewhere``: redirects led to another host than the one that was asked.
    """

    status: int = 0
    whole: bool = False
    elsewhere: bool = False
    size_bytes: int = 0
    sha256: str = field(default="", repr=False)
    pictures: tuple[Pdq, ...] = ()
    page: PageSigns | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """What the same host answers for an address that cannot exist, and for its front page."""

    nothing: Shown
    front: Shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """The result, and the reason as a declared word."""

    result: Result
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rule:
    result: Result
    reason: str
    holds: Callable[[Known, Shown, Control | None], bool]


def _is_same(known: Known, shown: Shown, _: Control | None) -> bool:
    return shown.whole and shown.size_bytes > 0 and bool(known.sha256) and known.sha256 == shown.sha256


def _is_near(known: Known, shown: Shown, _: Control | None) -> bool:
    """Whether a picture or a frame of it is within the threshold by which lists match."""
    return any(
        (one.value ^ other.value).bit_count() <= PDQ_DISTANCE_BITS
        for one in known.pictures
        if one.quality >= QUALITY_MIN
        for other in shown.pictures
        if other.quality >= QUALITY_MIN
    )


def _is_same_text(known: Known, shown: Shown, _: Control | None) -> bool:
    page = shown.page
    return (
        known.is_page and page is not None and page.text_bytes > 0 and page.text_digest == known.text_digest
    )


def _is_near_text(known: Known, shown: Shown, _: Control | None) -> bool:
    if shown.page is None or known.text_simhash is None or not known.is_page:
        return False
    return simhash_distance_bits(known.text_simhash, shown.page.text_simhash) <= TEXT_DISTANCE_BITS


def _is_as_nothing(_: Known, shown: Shown, control: Control | None) -> bool:
    return control is not None and is_alike(shown, control.nothing)


def _is_as_everything(known: Known, shown: Shown, control: Control | None) -> bool:
    return control is not None and _is_as_nothing(known, shown, control) and is_alike(shown, control.front)


def _is_page_for_media(known: Known, shown: Shown, _: Control | None) -> bool:
    return not known.is_page and shown.page is not None and shown.page.media == 0


#: The rules in order. That the content is seen comes first, whatever the status says.
RULES: tuple[_Rule, ...] = (
    _Rule(result="present", reason="same_bytes", holds=_is_same),
    _Rule(result="altered", reason="near_picture", holds=_is_near),
    _Rule(result="gone", reason="host_says_gone", holds=lambda _, shown, __: shown.status in GONE_STATUS),
    _Rule(
        result="blocked", reason="host_refuses_us", holds=lambda _, shown, __: shown.status in BLOCKED_STATUS
    ),
    _Rule(
        result="unknown",
        reason="no_whole_answer",
        holds=lambda _, shown, __: shown.status != 200 or not shown.whole,
    ),
    _Rule(result="unknown", reason="nothing_known", holds=lambda known, _, __: not known.is_something),
    _Rule(result="altered", reason="same_text", holds=_is_same_text),
    _Rule(
        result="blocked",
        reason="asks_password",
        holds=lambda _, shown, __: shown.page is not None and shown.page.password_field,
    ),
    _Rule(
        result="blocked",
        reason="asks_browser",
        holds=lambda _, shown, __: shown.page is not None and shown.page.refreshes,
    ),
    _Rule(result="parked", reason="same_everywhere", holds=_is_as_everything),
    _Rule(result="soft_missing", reason="same_as_nothing", holds=_is_as_nothing),
    _Rule(result="soft_missing", reason="page_for_media", holds=_is_page_for_media),
    _Rule(result="altered", reason="near_text", holds=_is_near_text),
    _Rule(result="changed", reason="something_else", holds=lambda _, __, ___: True),
)
#: Reasons that a control look may overrule.
_OPEN = frozenset({"page_for_media", "near_text", "something_else"})


def judge(known: Known, shown: Shown, control: Control | None = None) -> Judged:
    """What the answer says, by the first rule that holds; what is seen at another host has *moved*."""
    rule = next(rule for rule in RULES if rule.holds(known, shown, control))
    moved = shown.elsewhere and rule.result in ("present", "altered")
    return Judged(result="moved" if moved else rule.result, reason=rule.reason)


def wants_control(known: Known, shown: Shown) -> bool:
    """Whether a look at an address that cannot exist would say more."""
    return judge(known, shown).reason in _OPEN


def is_alike(one: Shown, other: Shown) -> bool:
    """Whether two answers are one: of the same status, with the same bytes or much the same text."""
    if not (one.whole and other.whole) or one.status != other.status:
        return False
    if one.sha256 == other.sha256:
        return True
    if one.page is None or other.page is None:
        return False
    return simhash_distance_bits(one.page.text_simhash, other.page.text_simhash) <= TEXT_DISTANCE_BITS
