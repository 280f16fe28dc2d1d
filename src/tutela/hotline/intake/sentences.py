"""What the page says of a report that cannot be taken in yet: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tutela.hotline.intake.untrusted import Complaint, Problem

#: What is wrong with a line or a field, and what to do.
PROBLEMS: Mapping[Problem, Promise] = {
    "no_address": _(
        "This is no web address. One looks like https://example.org/page. "
        "Put anything else that you know into the description."
    ),
    "scheme": _(
        "Only addresses that begin with http:// or https:// can be looked at. "
        "Put other ones, such as links into an app, into the description."
    ),
    "credentials": _(
        "The address has a name or a password before an @. Take out what stands before the @, and the @."
    ),
    "disputed": _(
        "Programs read the host of this address in different ways. Copy it from the browser's address bar, "
        "or put it into the description."
    ),
    "too_many": _("There are too many addresses. Send some of them now, and the others in a second report."),
    "too_long": _("The description is too long. Send the beginning now, and the rest in a second report."),
    "detail_too_long": _("This is too long. Put the rest into the description."),
    "empty": _("Write at least one address, or say in the description what you saw and where."),
}
#: Said of a whole request that is too large to be read.
TOO_LARGE = _("This was more than can be sent at once. Go back, and send it in several reports.")
_LINE = _("Line {line}: {problem}")


def sentences(complaints: Sequence[Complaint]) -> dict[str, Any]:
    """``errors`` of each field, in the reader's language when they are shown."""
    errors: dict[str, list[str | Promise]] = {}
    for complaint in complaints:
        errors.setdefault(complaint.field, []).append(_sentence(complaint))
    return {"errors": errors}


def _sentence(complaint: Complaint) -> str | Promise:
    problem = PROBLEMS[complaint.problem]
    return format_lazy(_LINE, line=complaint.line, problem=problem) if complaint.line else problem
