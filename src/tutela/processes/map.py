"""The process map (decisions.md section 4) as data: what each process is given, and what it must not hold.

The page docs/explanation/processes.md shows this table; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tutela.kernel.errors import Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """One process. ``command`` are the words after ``tutela``.

    ``settings`` are the keys, or rooms, that it is given; ``never`` those that it must not have, whatever
    ``settings`` says. ``first_to_end`` ones end before those that they ask. ``reaches``, ``holds`` and
    ``not_holds`` are words for people. ``setting`` names the one without which it does not run.
    """

    name: str
    command: tuple[str, ...]
    does: str
    reaches: str
    holds: str
    not_holds: str
    settings: tuple[str, ...]
    never: tuple[str, ...] = ()
    first_to_end: bool = True
    setting: str = ""


#: Keys that say where the vault's public half stands.
_SEALING = ("custody.vault",)
#: Who writes, for the text that a person copies into a host's form.
_HEAD = ("notices.from_address", "notices.from_name", "notices.country")
#: Which registry is asked about what, and how long somebody who was told is waited for.
_TELLING = (
    "notices.bootstrap",
    "notices.remind_days",
    "notices.remind_urgent_days",
    "notices.reminders_max",
)
#: Keys that letters are signed with: the sender's alone.
_SIGNING = ("notices.dkim_ed25519", "notices.dkim_rsa")
#: What the sender alone is given: mailboxes, and whom it tells.
_MAIL = ("notices", "replies", "reports_by_mail", "alerts")
#: What only the desk needs to know of the hotline's settings.
_SIGN_IN = ("hotline.oidc",)

PROCESSES: tuple[Process, ...] = (
    Process(
        name="fetcher",
        command=("run", "fetcher"),
        does="Meets the internet: fetches, and seals what it fetched.",
        reaches="the internet, through kernel.egress",
        holds="the public keys of the vault, the fetch key",
        not_holds="the database's address, the unsealing key, the local network",
        settings=("egress", "custody.vault", "custody.envelopes"),
        never=("hotline.database", *_MAIL, "custody.keys", *_SIGN_IN),
        first_to_end=False,
    ),
    Process(
        name="visitor",
        command=("run", "visitor"),
        does="Shows a page in Chromium, of which words come out; seals what it looked like.",
        reaches="the internet, through kernel.egress's proxy for browsers",
        holds="the public keys of the vault and of the fetcher, the fetch key",
        not_holds="the database's address, the unsealing key, the local network",
        settings=("egress", "visits", "custody.vault", "custody.envelopes"),
        never=("hotline.database", *_MAIL, "custody.keys", *_SIGN_IN),
        first_to_end=False,
        setting="visits.enabled",
    ),
    Process(
        name="opener",
        command=("run", "opener"),
        does="Opens one sealed object or address for one named person, writes it down first; shows tiles.",
        reaches="the vault, the log, its media workers",
        holds="the unsealing key",
        not_holds="the internet",
        settings=("hotline.database", "custody", "media"),
        never=(*_MAIL, *_SIGN_IN),
        first_to_end=False,
    ),
    Process(
        name="notary",
        command=("run", "notary"),
        does="Signs the log: how large it is, and its root.",
        reaches="the database's ledger",
        holds="the log's key",
        not_holds="every other key, the internet",
        settings=("hotline.database",),
        never=("custody", "egress", *_MAIL, *_SIGN_IN),
        first_to_end=False,
    ),
    Process(
        name="worker",
        command=("work", "run"),
        does="Does the jobs: asks the fetcher, hashes through the media workers, matches, moves items.",
        reaches="the database, the fetcher's socket, its media workers",
        holds="the index key, the public keys of the vault and of the fetcher",
        not_holds="the unsealing key, the internet",
        settings=("hotline", "pages", "media", "fingerprints", "matching", *_TELLING, *_SEALING),
        never=("custody.keys", "custody.envelopes", *_SIGNING, *_SIGN_IN),
    ),
    Process(
        name="sender",
        command=("run", "sender"),
        does="Hands notices and referrals over, each at most once; reads their answers and reports by mail; "
        "tells alerts.",
        reaches="the database's outbox, the opener's socket, the mail server, the mailboxes, "
        "the alerts' web-hook",
        holds="the DKIM key, the public keys of the vault and of the fetcher",
        not_holds="the unsealing key, what lies in the vault",
        settings=("hotline", *_MAIL, *_SEALING),
        never=("custody.keys", "custody.envelopes", *_SIGN_IN),
    ),
    Process(
        name="public",
        command=("serve", "public"),
        does="Takes reports from the public.",
        reaches="the database: its own rows",
        holds="the public keys of the vault and of the fetcher",
        not_holds="the unsealing key, lists, the login cookie key",
        settings=("hotline", *_SEALING),
        never=("custody.keys", "custody.envelopes", *_SIGNING, *_SIGN_IN),
    ),
    Process(
        name="desk",
        command=("serve", "desk"),
        does="The staff's pages.",
        reaches="the database, the sockets of opener and visitor",
        holds="the login cookie key",
        not_holds="the unsealing key",
        settings=("hotline", "review", *_HEAD, *_SEALING),
        never=("custody.keys", "custody.envelopes", *_SIGNING),
    ),
)
#: What the worker starts by itself: sandboxed, with one descriptor and nothing else (detect.media).
MEDIA_WORKERS = "media workers"
_BY_NAME: Mapping[str, Process] = {one.name: one for one in PROCESSES}


def process_named(name: str) -> Process:
    """The process of that name. Raises LookupError."""
    return _BY_NAME[name]


def may_have(process: Process, key: str) -> bool:
    """Whether a process is given the setting ``key`` (dotted, such as ``hotline.database``)."""
    return _among(key, process.settings) and not _among(key, process.never)


def check_possessions(process: Process, keys: Mapping[str, str]) -> None:
    """Return where none of the settings that are set is one that the process must not have.

    ``keys``: dotted key to the place where it was set. Raises Refused and names the first one.
    """
    for key, place in sorted(keys.items()):
        if _among(key, process.never):
            raise Refused(
                f"the {process.name} must not know {key}, which {place} says: give it settings of its own "
                "(TUTELA_CONFIG), or start it by tutela up, which does"
            )


def _among(key: str, prefixes: tuple[str, ...]) -> bool:
    return any(key == one or key.startswith(f"{one}.") for one in prefixes)
