"""What the server that received a mail found out about its sender: ``Authentication-Results`` (RFC 8601).

Anybody can write such a header. One alone is read: the topmost that bears the name of the house's own server
(its authserv-id), which writes it above everything that came with the mail and takes away those that bear its
name already (section 5). What cannot be read to its end proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message

#: The header's name.
HEADER = "Authentication-Results"
#: Characters of one header that are read; a server's own has some hundreds (ours).
HEADER_CHARACTERS_MAX = 8_192
#: How deep comments may stand in each other (ours).
COMMENT_DEPTH_MAX = 20
#: A quoted word, or characters that end no word (RFC 8601 section 2.2, values as servers write them).
_WORD = re.compile(r'"((?:[^"\\\r\n]|\\.)*)"|[^\s;()"]+')
#: Between a name and its value; servers may put blanks around it.
_EQUALS = re.compile(r"\s*=\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One method, such as ``dkim``, what came of it, and its properties, such as ``header.d``; lower case."""

    method: str
    result: str
    properties: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """What one server says. ``server`` is its name (authserv-id), lower case."""

    server: str
    findings: tuple[Finding, ...]


def parse_results(untrusted_header: str) -> Results:
    """What the header says. Raises ValueError for one that is not as RFC 8601 has it."""
    if len(untrusted_header) > HEADER_CHARACTERS_MAX:
        raise ValueError("such a header is shorter")
    first, *others = _sections(untrusted_header)
    if not first or len(first) > 2 or "=" in first[0] or first[1:] not in ([], ["1"]):
        raise ValueError("the name of a server comes first, and a version that is known")
    found = tuple(_finding(words) for words in others if words and words != ["none"])
    return Results(server=first[0], findings=found)


def vouched_by(message: Message, server: str) -> Results | None:
    """What the house's own ``server`` says of the mail; None where it says nothing that can be read.

    A header that cannot be read may be the server's own, so none below it is looked at.
    """
    for untrusted in message.get_all(HEADER, []):
        try:
            found = parse_results(str(untrusted))
        except ValueError:
            return None
        if found.server == server.lower():
            return found
    return None


def proves(results: Results, domain: str) -> bool:
    """Whether the mail comes from this domain: by DMARC, or by a signature (DKIM) of the domain itself.

    DMARC that failed proves that it does not, whatever else is said (RFC 7489, RFC 6376).
    """
    dmarc = [one for one in results.findings if one.method == "dmarc"]
    if any(one.result == "fail" for one in dmarc):
        return False
    if any(one.result == "pass" and one.properties.get("header.from") == domain for one in dmarc):
        return True
    signed = (one for one in results.findings if one.method == "dkim" and one.result == "pass")
    return any(_signer(one.properties) == domain for one in signed)


def _signer(properties: Mapping[str, str]) -> str:
    """The domain that signed; some servers name it as a user of it only."""
    return properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]


def _finding(words: list[str]) -> Finding:
    method, equals, result = words[0].partition("=")
    if not (equals and method and result):
        raise ValueError("a method and its result come first")
    properties: dict[str, str] = {}
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if "." not in name:
            continue  # the reason, or a server's own word
        if not equals or properties.setdefault(name, value) != value:
            raise ValueError("a property has one value")
    return Finding(method=method.partition("/")[0], result=result, properties=properties)


def _sections(untrusted_header: str) -> Iterator[list[str]]:
    """The words between semicolons, without comments and quotes, in lower case; at least one, maybe empty."""
    text = _EQUALS.sub("=", _without_comments(untrusted_header))
    words: list[str] = []
    place = 0
    while place < len(text):
        if text[place] == ";":
            yield words
            words = []
        elif not text[place].isspace():
            word, place = _word(text, place)
            words.append(word)
            continue
        place += 1
    yield words


def _word(text: str, place: int) -> tuple[str, int]:
    """A word with what is quoted in it, and where it ends. Raises ValueError for a quote without end."""
    parts = []
    while found := _WORD.match(text, place):
        parts.append(found[0] if found[1] is None else re.sub(r"\\(.)", r"\1", found[1]))
        place = found.end()
    if not parts:
        raise ValueError("a quote has an end")
    return "".join(parts).lower(), place


def _without_comments(untrusted_header: str) -> str:
    """The text with a blank for each comment (RFC 5322 section 3.2.2). Raises ValueError: one has no end."""
    kept, depth, quoted = [], 0, False
    for step in re.finditer(r"\\.|.", untrusted_header, re.DOTALL):
        one = step[0]
        quoted ^= one == '"' and not depth
        depth += (one == "(") - (one == ")") if not quoted else 0
        if not 0 <= depth <= COMMENT_DEPTH_MAX:
            raise ValueError("a comment has a beginning and an end")
        kept.append(" " if depth or (one == ")" and not quoted) else one)
    if depth or quoted:
        raise ValueError("a comment and a quote have an end")
    return "".join(kept)
