"""The kinds of job that a case makes necessary, by name: this app does some of them, takedown the others."""

from __future__ import annotations

from typing import Final

#: A reported address is fetched: intake puts it. Arguments ``sighting``; ``among``, of how many addresses of
#: its report it is one; ``again``, how often it was asked for in vain.
FETCH: Final = "fetch_sighting"
#: What is proven is told to a host: takedown does it. Argument ``sighting``.
ACT: Final = "notify_item"
#: The item is closed: takedown takes back what was written about it. Argument ``item``; ``wrong``: all that
#: spoke for it was found wrong, though it is not closed, or was for another reason.
SETTLE: Final = "settle_item"
#: A second person looked, or the time for it is over: takedown asks what follows. Argument ``item``.
SECOND_LOOK: Final = "second_look"
#: An urgent report joined an item that is not: it becomes so. Argument ``item``.
MAKE_URGENT: Final = "make_urgent"
#: An item became urgent: what waits about it goes first from now on; takedown does it. Argument ``item``.
HASTEN: Final = "hasten_item"
#: What stood on a page has come to something: the page's own state follows. Argument ``item``, the page.
SETTLE_PAGE: Final = "settle_page"
#: The time of a hold is over. Arguments ``item``, ``version``.
RELEASE: Final = "release_item"
#: Which lists changed is looked at, again and again. Arguments ``marks``, one for each list as it was the
#: last time; ``since``, when that was, seconds since 1970.
RECHECK_LISTS: Final = "recheck_lists"
#: A list changed: what it knew and does not hold any more is looked for. Argument ``list``, SHA-256 of its
#: name.
RECHECK_LIST: Final = "recheck_list"
#: An item met an entry that is gone: it is looked at once more, and what rested on it is taken back. Argument
#: ``item``.
RECHECK_ITEM: Final = "recheck_item"
