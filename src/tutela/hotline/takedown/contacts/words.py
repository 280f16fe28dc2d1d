"""Words about contacts as people read them, for pages and commands alike."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: state of a contact -> its name as people read it.
STATE_NAMES: dict[str, Promise] = {
    "proposed": _("waits for a yes"),
    "listed": _("in the book, not approved"),
    "approved": _("approved"),
    "refused": _("refused"),
}
#: rung -> what somebody on it is to the place.
RUNG_NAMES: dict[str, Promise] = {
    "hoster": _("holds the network"),
    "site_owner": _("owns the site"),
    "upstream": _("stands above the network"),
    "registrar": _("sold the name"),
    "index": _("search engine or cache"),
    "hotline": _("hotline of the country"),
    "authority": _("authority that gave an order"),
}
#: kind -> how somebody is told.
KIND_NAMES: dict[str, Promise] = {"mail": _("mail"), "form": _("web form"), "api": _("channel")}
#: source -> where an address is from.
SOURCE_NAMES: dict[str, Promise] = {
    "book": _("contacts book"),
    "rdap_network": _("registry, of the network"),
    "rdap_parent": _("registry, of the network above"),
    "rdap_number": _("registry, of the network number"),
    "rdap_domain": _("registry, of the name"),
    "rdap_entity": _("registry, of the holder"),
    "security_txt": _("the site itself"),
    "rfc2142": _("nobody: it is usual"),
    "table": _("table of this release"),
}
#: reason -> what it says to a person (share.notices.ladder.REASONS, in the reader's language).
REASON_NAMES: dict[str, Promise] = {
    "from_book": _("the contacts book of this house names it"),
    "book_agrees": _("the contacts book and a registry name it independently"),
    "abuse_role": _("the registry names it as the contact for abuse"),
    "own_table": _("it came with this release, from a public page"),
    "unconfirmed": _("nobody has confirmed it yet"),
    "not_for_abuse": _("it is meant for something else than abuse"),
    "guessed": _("nobody named it; it is only usual that it exists"),
    "free_mailbox": _("it is a mailbox that anybody can open"),
    "origin_unknown": _("it is a proxy: the host behind it has to be asked for"),
    "no_hotline_known": _("no hotline of the country is known; tell the police of this house too"),
}
#: How far the search of a place is -> what that means.
SEARCH_NAMES: dict[str, Promise] = {
    "told": _("somebody is told"),
    "person": _("waits for a person's yes"),
    "by_hand": _("waits for a person who fills in a form"),
    "registry": _("waits for a registry"),
    "nobody": _("nobody is known"),
    "gone": _("was gone at the last look"),
    "exhausted": _("everybody who is known was told, and it is still there"),
}
#: Why what was told by hand need not be taken back -> what that means.
WHY_NOT_NAMES: dict[str, Promise] = {
    "never_acted": _("they did nothing because of it"),
    "known_already": _("they know it already"),
    "not_there": _("they are not there any more"),
}
