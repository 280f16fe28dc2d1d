"""Web addresses in the text of a mail, also those that were made harmless to read. Pure.

Partners write ``hxxps://`` and ``[.]`` so that no mail program makes a link of it. Here it is taken back, and
what comes out is read by the one parser as any other report (``intake.untrusted``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tutela.hotline.intake.untrusted import address_of
from tutela.kernel.egress.destinations import URL_CHARACTERS_MAX
from tutela.kernel.egress.urls import Url

#: Where an address begins: its scheme, plain or defanged.
_BEGINS = re.compile(
    r"(?<![A-Za-z0-9])h(?:tt|xx)p(s?)(?::|\[:\]|\(:\))//|(?<![A-Za-z0-9])h(?:tt|xx)p(s?)\[://?\]/{0,2}",
    re.IGNORECASE,
)
#: Where a text between blanks, quotes and angle brackets may end before its end: another address follows.
_ANOTHER = re.compile(r"[,;|](?=h(?:tt|xx)ps?(?::|\[|\())", re.IGNORECASE)
_TOKEN = re.compile(r"[^\s<>\"]+")
#: Characters of a text without blanks that may be an address; defanged it is longer than it is.
TOKEN_CHARACTERS_MAX = 2 * URL_CHARACTERS_MAX
#: What ends a line where people type, as in ``intake.untrusted``.
_LINE_END = re.compile(r"\r\n|\r|\n")
#: A dot as it is written in a host, and in the rest of an address, where round brackets may stand as such.
_HOST_DOT = re.compile(r"[\[({](?:\.|dot)[\])}]", re.IGNORECASE)
_DOT = re.compile(r"\[(?:\.|dot)\]", re.IGNORECASE)
#: A host without its scheme that somebody defanged, with what follows.
_BARE = re.compile(r"[A-Za-z0-9-]+(?:(?:\.|[\[({](?:\.|dot)[\])}])[A-Za-z0-9-]+)+(?=[/?#:]|$)", re.IGNORECASE)
#: Ends of sentences and of quotes, which end no address.
_AFTER = ".,;:!?'*_`\u00bb\u201d\u2019"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
#: What stands before an address on a line of its own: the mark of a quoted line, of a list.
_MARKS = " \t>*+-\u2022"


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """What a text names. ``wrong`` counts what looks like an address and is none; ``words`` is the rest.

    A line that is one address and nothing else is left out of the words; all others stay as they are.
    """

    addresses: tuple[Url, ...] = field(repr=False)
    wrong: int
    words: str = field(repr=False)


def find_addresses(untrusted_text: str, limit: int) -> Named:
    """The addresses in the text, each once, at most one more than ``limit``."""
    found: dict[str, Url] = {}
    wrong, words = 0, []
    for line in _LINE_END.split(untrusted_text):
        read = [address_of(one) for one in _written(line)] if len(found) <= limit else []
        found |= {one.canonical: one for one in read if one is not None and one.canonical not in found}
        wrong += read.count(None)
        if len(read) != 1 or read[0] is None or not _is_alone(line):
            words.append(line)
    return Named(addresses=tuple(found.values())[: limit + 1], wrong=wrong, words="\n".join(words).strip())


def _written(line: str) -> list[str]:
    """What looks like an address in a line, as it is meant."""
    tokens = [part for token in _TOKEN.findall(line) for part in _ANOTHER.split(token)]
    return [meant for token in tokens if (meant := _meant(token))]


def _meant(token: str) -> str:
    """The address that a text without blanks holds, with its scheme; empty where there is none."""
    begins = _BEGINS.search(token)
    if len(token) > TOKEN_CHARACTERS_MAX:
        return token if begins else ""
    if begins:
        scheme = "https" if begins[1] or begins[2] else "http"
        return f"{scheme}://{_refanged(_ended(token[begins.end() :]))}"
    bare = _ended(token.lstrip("([{'"))
    if _HOST_DOT.search(bare) and _BARE.match(bare):
        return f"https://{_refanged(bare)}"
    return ""


def _refanged(untrusted_rest: str) -> str:
    cut = re.search(r"[/?#]", untrusted_rest)
    end = cut.start() if cut else len(untrusted_rest)
    host = _HOST_DOT.sub(".", untrusted_rest[:end]).replace("[:]", ":")
    return host + _DOT.sub(".", untrusted_rest[end:])


def _ended(untrusted_rest: str) -> str:
    """Without what belongs to the sentence: stops, and brackets that were opened before."""
    rest = untrusted_rest
    while rest:
        last = rest[-1]
        opening = _BRACKETS.get(last)
        if last not in _AFTER and (opening is None or rest.count(opening) >= rest.count(last)):
            break
        rest = rest[:-1]
    return rest


def _is_alone(line: str) -> bool:
    return len(line.strip(_MARKS).split()) == 1
