"""What is counted of a page, and why something of it failed or was left out, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tutela.kernel.egress.reasons import SENTENCES

#: word of a group's counts, troubles and reasons -> its sentence.
PAGE_WORDS: Mapping[str, Any] = {
    **SENTENCES,
    "shown": _("pictures, films and frames that it shows"),
    "links": _("links on it"),
    "inline": _("pictures inside the page itself, compared byte for byte"),
    "opened": _("opened as new items"),
    "joined": _("known already by their address"),
    "cut": _("more than are fetched of one page"),
    "linked_cut": _("more pages than are followed from one"),
    "group_full": _("more than one group takes"),
    "not_followed": _("links that are not followed"),
    "too_deep": _("frames of a page that is a frame or link itself"),
    "too_many": _("more than are read from a page"),
    "pixel": _("counting pixels"),
    "srcdoc": _("frames written out in the page"),
    "url_unreadable": _("addresses that are none"),
    "url_scheme": _("addresses that are not of the web"),
    "url_credentials": _("addresses with a name and a password"),
    "url_disputed": _("addresses that can be read in two ways"),
    "url_host": _("addresses without a proper host"),
    "unreadable": _("broken or not opened"),
    "over_limit": _("over a limit"),
    "not_media": _("no picture or film"),
    "damaged": _("damaged, looked at as far as they go"),
    "not_there": _("gone (HTTP 404, 410)"),
    "denied": _("denied to us (HTTP 401, 403 and the like)"),
    "host_failed": _("failed at the host (another HTTP status)"),
}
