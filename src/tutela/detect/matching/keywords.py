"""Keyword lists for file names, kept as keyed digests: an operator supplies words, tutela ships dummies only.

A name is broken into words; every run of up to eight neighbouring words, written together, is one
print. So ``blue-lantern-test`` is found in ``IMG_Blue Lantern.TEST_001.jpg`` and in ``bluelanterntest.png``.
A match is a candidate of kind ``text`` and nothing more.
"""

from __future__ import annotations

import hmac
import re
import unicodedata

#: Kind and form of the fingerprints made here.
KIND, FORM = "text", "name"
#: Words of a keyword, and of a name that are looked at; a file name has at most 255 bytes on most systems,
#: a member's path may be longer.
WORDS_MAX = 8
NAME_WORDS_MAX = 512
#: Letters and digits a keyword needs, so that ``a`` or ``01`` does not make every file a candidate.
KEYWORD_CHARACTERS_MIN = 3
#: Begins the message of each digest, so that it can never equal the digest of a URL expression.
_DOMAIN = b"text\x00"
_WORD = re.compile(r"[^\W_]+")
#: Scripts written without spaces: each sign is a word of its own (Unicode blocks: Thai, Lao, Khmer,
#: Kana, Han and its extensions A and B, compatibility ideographs).
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]"
)


def words_of(untrusted_text: str) -> list[str]:
    """The words of a name: NFKC, case folded, marks and invisible signs dropped, split at all others."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", untrusted_text).casefold())
    kept = "".join(sign for sign in folded if unicodedata.category(sign) not in ("Cf", "Mn", "Me"))
    spaced = _UNSPACED.sub(lambda found: f" {found[0]} ", unicodedata.normalize("NFKC", kept))
    return _WORD.findall(spaced)


def keyword_print(untrusted_keyword: str, salt: bytes) -> bytes:
    """The 32-byte keyed digest of one keyword. Raises ValueError when it is too short or too long."""
    words = words_of(untrusted_keyword)
    joined = "".join(words)
    if len(joined) < KEYWORD_CHARACTERS_MIN and not _UNSPACED.search(joined):
        raise ValueError(f"a keyword needs {KEYWORD_CHARACTERS_MIN} letters or digits")
    if len(words) > WORDS_MAX:
        raise ValueError(f"a keyword has at most {WORDS_MAX} words")
    return _digest(joined, salt)


def prints(untrusted_name: str, salt: bytes) -> list[bytes]:
    """The keyed digests (HMAC-SHA-256, 32 bytes) of every run of words in a name, each once, in order."""
    words = words_of(untrusted_name)[:NAME_WORDS_MAX]
    spans = ((start, start + length) for start in range(len(words)) for length in range(1, WORDS_MAX + 1))
    joined = dict.fromkeys("".join(words[start:end]) for start, end in spans if end <= len(words))
    return [_digest(text, salt) for text in joined]


def _digest(joined: str, salt: bytes) -> bytes:
    return hmac.digest(salt, _DOMAIN + joined.encode("utf-8", "surrogatepass"), "sha256")
