"""What the assessment desk tells of an item: that people looked, and that they spoke; never who or what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.hotline.cases.models import Item
from tutela.hotline.cases.timeline import Told
from tutela.hotline.review.models import Assessment, Exposure

_SHOWN = _("Somebody was shown it: grey, blurred and small.")
#: stage of an assessment -> that there is one. What it says is not told: the next person is blind.
_SAID: Mapping[str, Promise] = {
    "first": _("Somebody said what it is."),
    "second": _("A second person looked at what had been decided."),
}
_CANNOT = _("Somebody could not judge it, and left it to a colleague.")
_WITHDRAWN = _("Somebody took back what they had said.")


def tell(item: Item) -> Iterator[Told]:
    """Each display and each assessment; two queries."""
    for shown in Exposure.objects.filter(item=item, tiles__gt=0).order_by("pk"):
        yield Told(at=shown.begun_at, sentence=_SHOWN)
    for one in Assessment.objects.filter(item=item).order_by("pk"):
        yield Told(at=one.made_at, sentence=_CANNOT if one.outcome == "cannot_judge" else _SAID[one.stage])
        if one.withdrawn_at is not None:
            yield Told(at=one.withdrawn_at, sentence=_WITHDRAWN)
