"""What the pages say of the directory's kinds and notes, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: kind -> heading.
KINDS: Mapping[str, Promise] = {
    "emergency": _("Emergency number"),
    "police": _("Police"),
    "children": _("Somebody to talk to, for children and young people"),
    "missing": _("When a child is missing"),
    "at_risk": _("When a child is at risk"),
    "removal": _("To have pictures of yourself taken down"),
    "report": _("To report pictures and films"),
    "worried": _("If you worry about your own thoughts"),
}
#: note -> what it says.
NOTES: Mapping[str, Promise] = {
    "from_a_mobile": _("from a mobile phone"),
    "in_parts": _("works in parts of the country only"),
    "ask_if_it_works": _("does not work in every country yet"),
    "weekdays": _("there on weekdays only"),
    "no_complaint": _("this is no complaint to the police"),
    "pictures_only": _("only where there are pictures or films"),
}
