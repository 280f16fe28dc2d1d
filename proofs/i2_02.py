"""Bar 2 of the match service: recorded HMA questions, answered by HMA's own library and by our routes.

At least 95 of 100 answers are equal, and every other one is in the table with its reason.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from proofs.figure import Figure, Progress, Tier, script
from proofs.hma_sides import Answer, Banks, Ours, Question, Theirs
from tutela.demo import copies
from tutela.demo.pictures import landscape
from tutela.detect.matching.shapes import PDQ_DISTANCE_BITS
from tutela.detect.media.shapes import PdqMode

BAR = "i2-2"
QUESTIONS = {"full": 1_200, "ci": 150}
#: Hashes of one picture by two conforming implementations lie within 10 bits (threatexchange, pdq/README.md).
CONFORMING_BITS = 10
BANKS = {"SHOP": 1.0, "PARTNER": 0.5}
#: How uploads are reduced: as installed, and the slower way that gives the library's own bits.
MODES: tuple[PdqMode, ...] = ("fast", "exact")
MEANING = {
    "equal": "equal to the last digit",
    "conforming": "the hash a few bits away, by at most the 10 that PDQ's README allows",
    "edge": "found by one side only, at the threshold: the hash a few bits away, by at most those 10",
    "better": "better: a listed picture that HMA misses, or the hash of what is shown",
    "stricter": "stricter: contents that are switched off are left out",
    "refused": "refused with a reason where HMA gives an empty hash or a fault",
    "worse": "worse, or not explained",
}
#: Variants that HMA's hasher takes as they are, and those it is known to lose (peers.md section 1a).
SAME = {
    "png": copies.png,
    "jpeg_75": copies.reencoded,
    "jpeg_95": lambda picture: copies.jpeg(picture, quality=95),
    "jpeg_progressive": lambda picture: copies.jpeg(picture, quality=85, progressive=True),
    "webp": copies.as_webp,
    "grey_jpeg": copies.grey,
    "half_size": copies.half_size,
    "opaque_rgba": copies.opaque_rgba,
}
LOST = {
    "gif": copies.as_gif,
    "palette_png": copies.palette_png,
    "cmyk_jpeg": copies.cmyk_jpeg,
    "mirrored": copies.mirrored,
    "turned": copies.turned,
    "exif_turned": copies.exif_turned,
    "one_bit": copies.one_bit,
}
WHY = {
    "gif": "the hash is that of the picture, not of palette numbers",
    "palette_png": "the hash is that of the picture, not of palette numbers",
    "cmyk_jpeg": "four inks are shown as colours before they are hashed",
    "mirrored": "all eight orientations are looked for",
    "turned": "all eight orientations are looked for",
    "exif_turned": "the picture is hashed as it is shown",
    "one_bit": "black and white is hashed as it is shown; HMA hashes ones and zeros and has no hash",
    "plain": "a picture without detail has no hash; HMA gives an empty one, or an unexplained error",
    "broken": "a broken file is refused with a reason; HMA's answer is a fault of its server",
}


def pictures(seeds: range) -> dict[int, Image.Image]:
    """Generated pictures by seed; the seed is the content's number too."""
    return {seed: landscape(seed) for seed in seeds}


def banks_of(known: dict[int, Image.Image], theirs: Theirs) -> Banks:
    """Listed pictures by the library's hash, films by MD5, near values, and contents switched off."""
    banks = Banks(ratios=dict(BANKS))
    for number, picture in known.items():
        signals = {"pdq": theirs.hashed(copies.png(picture)), "video_md5": md5_of(number)}
        banks.contents[number] = ("SHOP" if number % 3 else "PARTNER", signals)
    near = random.Random(1)
    for number in list(known):
        value = flipped(banks.contents[number][1]["pdq"], near.randrange(40), near)
        banks.contents[10_000 + number] = ("PARTNER", {"pdq": value})
    banks.disabled = {number for number in banks.contents if number % 7 == 0}
    return banks


def md5_of(number: int) -> str:
    return hashlib.md5(f"film {number}".encode(), usedforsecurity=False).hexdigest()


def flipped(value: str, bits: int, numbers: random.Random) -> str:
    """``value`` with so many random bits turned."""
    number = int(value, 16)
    for bit in numbers.sample(range(256), bits):
        number ^= 1 << bit
    return f"{number:064x}"


def plain() -> bytes:
    return copies.png(Image.new("RGB", (200, 200), (90, 90, 90)))


def broken(picture: Image.Image) -> bytes:
    return copies.png(picture)[:3_000]


def upload_questions(known: dict[int, Image.Image], strangers: dict[int, Image.Image]) -> Iterator[Question]:
    """Files: unaltered and re-encoded ones of every picture, a few of the kinds that HMA loses."""
    for number, picture in (known | strangers).items():
        for variant, made in SAME.items():
            yield from _of_file(variant, made(picture), copy_of=number if number in known else 0, **_SURE)
    for (number, picture), _ in zip(known.items(), range(2), strict=False):
        for variant, made in LOST.items():
            yield from _of_file(variant, made(picture), copy_of=number, **_SURE)
    first = next(iter(known.values()))
    for variant, content in (("plain", plain()), ("broken", broken(first))):
        yield from _of_file(variant, content)


#: No coin is drawn.
_SURE: dict[str, Any] = {"params": {"bypass_coinflip": "true"}}


def _of_file(variant: str, content: bytes, **more: Any) -> Iterator[Question]:
    """Both questions about a file: its hash, and what it meets."""
    for group, path in (("hash", "/h/hash"), ("look-up of a file", "/m/lookup")):
        yield Question(group=group, variant=variant, method="POST", path=path, file=content, **more)


def signal_questions(banks: Banks, count: int) -> Iterator[Question]:
    """Signals: near and far, of films, restricted, drawn by seed, switched off, malformed, in pairs."""
    numbers = random.Random(2)
    listed = [(number, signals) for number, (_, signals) in banks.contents.items()]
    makers = (_near, _seeded, _restricted, _raw, _film, _pair, _malformed, _miss)
    for place in range(count):
        number, signals = listed[place % len(listed)]
        yield makers[place % len(makers)](number, signals, numbers)


def _near(_number: int, signals: dict[str, str], numbers: random.Random) -> Question:
    value = flipped(signals["pdq"], numbers.randrange(36), numbers)
    params = {"signal": value, "signal_type": "pdq", "seed": "1"}
    return Question(
        group="look-up of a signal",
        variant="0 to 35 bits away",
        method="GET",
        path="/m/lookup",
        params=params,
    )


def _seeded(number: int, signals: dict[str, str], _numbers: random.Random) -> Question:
    params = {"signal": signals["pdq"], "signal_type": "pdq", "seed": f"item {number}"}
    return Question(
        group="look-up of a signal", variant="share by seed", method="GET", path="/m/lookup", params=params
    )


def _restricted(_number: int, signals: dict[str, str], numbers: random.Random) -> Question:
    banks = numbers.choice(["SHOP", "PARTNER", "SHOP,PARTNER", "NOT_THERE"])
    params = {"signal": signals["pdq"], "signal_type": "pdq", "banks": banks, "seed": "2"}
    return Question(
        group="look-up of a signal", variant="some banks", method="GET", path="/m/lookup", params=params
    )


def _raw(number: int, signals: dict[str, str], numbers: random.Random) -> Question:
    value = flipped(signals["pdq"], numbers.randrange(36), numbers)
    params = {"signal": value, "signal_type": "pdq", "include_distance": "true" if number % 2 else "false"}
    return Question(
        group="raw look-up", variant="0 to 35 bits away", method="GET", path="/m/raw_lookup", params=params
    )


def _film(number: int, _signals: dict[str, str], _numbers: random.Random) -> Question:
    if number % 2:
        params = {"signal": md5_of(number), "signal_type": "video_md5", "seed": "3"}
        return Question(
            group="look-up of a signal", variant="MD5", method="GET", path="/m/lookup", params=params
        )
    file = f"film {number}".encode()
    return Question(
        group="look-up of a file",
        variant="film",
        method="POST",
        path="/m/lookup",
        params={"seed": "4"},
        file=file,
    )


def _pair(number: int, signals: dict[str, str], numbers: random.Random) -> Question:
    other = flipped(signals["pdq"], numbers.randrange(60), numbers)
    body = (
        {"pdq": [signals["pdq"], other]}
        if number % 3
        else {"video_md5": [md5_of(number), md5_of(number + number % 2)]}
    )
    return Question(group="comparison", variant="pairs", method="POST", path="/m/compare", body=body)


def _malformed(number: int, signals: dict[str, str], _numbers: random.Random) -> Question:
    wrong = [signals["pdq"][1:], signals["pdq"].upper() + "A", "", "zz", signals["pdq"] + "0"][number % 5]
    params = {"signal": wrong or "x", "signal_type": "pdq" if number % 4 else "tlsh"}
    return Question(
        group="look-up of a signal", variant="malformed", method="GET", path="/m/lookup", params=params
    )


def _miss(_number: int, _signals: dict[str, str], numbers: random.Random) -> Question:
    params = {"signal": f"{numbers.getrandbits(256):064x}", "signal_type": "pdq"}
    return Question(
        group="look-up of a signal", variant="not listed", method="GET", path="/m/lookup", params=params
    )


def normal(said: Any) -> Any:
    """An answer without the order of its matches, which neither side promises."""
    if isinstance(said, dict):
        return {key: normal(value) for key, value in said.items()}
    if isinstance(said, list):
        return sorted((normal(one) for one in said), key=str)
    return said


def verdict(question: Question, ours: Answer, theirs: Answer, banks: Banks) -> tuple[str, str]:
    """(``equal``, ``conforming``, ``edge``, ``better``, ``stricter``, ``refused`` or ``worse``; why)."""
    if ours.status == theirs.status and (ours.status != 200 or normal(ours.said) == normal(theirs.said)):
        return "equal", ""
    if ours.status == 200 and theirs.status in (400, 500) and question.copy_of in met(ours.said):
        return "better", WHY.get(question.variant, "")
    if question.group == "raw look-up" and only_switched_off(ours, theirs, banks):
        return "stricter", "a content that is switched off is not met; HMA's raw look-up ignores the switch"
    if ours.status == theirs.status == 200 and question.file is not None:
        if conforming(question, ours.said, theirs.said):
            return _within_ten_bits(question, ours.said, theirs.said)
        if question.group == "hash" and shows_what_is_listed(question, ours.said, banks):
            return "better", WHY.get(question.variant, "")
        if met(ours.said) >= {question.copy_of} and question.copy_of not in met(theirs.said):
            return "better", WHY.get(question.variant, "")
    if ours.status == 400 and question.variant in ("plain", "broken"):
        return "refused", WHY[question.variant]
    return "worse", "not explained"


def _within_ten_bits(question: Question, ours: Any, theirs: Any) -> tuple[str, str]:
    why = "hashes of two implementations of PDQ, within the 10 bits its README allows"
    crosses = question.group != "hash" and met(ours) != met(theirs)
    return ("edge", f"{why}, on either side of the threshold") if crosses else ("conforming", why)


def only_switched_off(ours: Answer, theirs: Answer, banks: Banks) -> bool:
    """True when ours leaves out contents that are switched off, and nothing else."""
    if not ours.status == theirs.status == 200:
        return False
    left, right = set(numbers_of(ours.said)), set(numbers_of(theirs.said))
    return left < right and right - left <= banks.disabled


def shows_what_is_listed(question: Question, ours: Any, banks: Banks) -> bool:
    """True when our hash of a copy that HMA loses meets the hash that is listed for the picture."""
    _, signals = banks.contents.get(question.copy_of, ("", {"pdq": ""}))
    if question.variant not in LOST or not ours.get("pdq") or not signals["pdq"]:
        return False
    return (int(ours["pdq"], 16) ^ int(signals["pdq"], 16)).bit_count() <= PDQ_DISTANCE_BITS


def conforming(question: Question, ours: Any, theirs: Any) -> bool:
    """True when only the hash differs, or the distances that follow from it, by at most 10 bits."""
    if question.group == "hash":
        left, right = int(ours["pdq"] or "0", 16), int(theirs["pdq"] or "0", 16)
        return (left ^ right).bit_count() <= CONFORMING_BITS
    beyond = PDQ_DISTANCE_BITS + 1
    left_far, right_far = distances(ours), distances(theirs)
    return all(
        abs(left_far.get(number, beyond) - right_far.get(number, beyond)) <= CONFORMING_BITS
        for number in left_far.keys() | right_far.keys()
    )


def numbers_of(said: Any) -> list[int]:
    """The numbers of a raw look-up's answer."""
    return [one["bank_content_id"] if isinstance(one, dict) else one for one in said["matches"]]


def distances(said: Any) -> dict[int, int]:
    """Distance by content of a look-up by file; nothing for any other answer."""
    banks = said.get("pdq", {})
    found = [match for bank in banks.values() for match in bank] if isinstance(banks, dict) else []
    return {match["bank_content_id"]: int(match["distance"]) for match in found}


def met(said: Any) -> set[int]:
    return set(distances(said)) if isinstance(said, dict) else set()


def recorded(
    tier: Tier, banks: Banks, known: dict[int, Image.Image], strangers: dict[int, Image.Image]
) -> list[Question]:
    """The questions, always the same ones."""
    uploads = list(upload_questions(known, strangers))
    if tier == "ci":
        uploads = uploads[:40] + uploads[-6:]
    return uploads + list(signal_questions(banks, QUESTIONS[tier] - len(uploads)))


def compared(questions: list[Question], ours: Ours, theirs: Theirs, banks: Banks) -> list[dict[str, Any]]:
    """One row for each question: group, variant, verdict, why, and both answers in short."""
    rows = []
    for question in questions:
        left, right = ours.answer(question), theirs.answer(question)
        word, why = verdict(question, left, right, banks)
        rows.append(
            {"group": question.group, "variant": question.variant, "verdict": word, "why": why}
            | {"ours": short(left, question), "theirs": short(right, question)}
        )
    return rows


def short(answer: Answer, question: Question) -> str:
    """An answer in a few words, without a hash."""
    if answer.status != 200:
        return f"status {answer.status}"
    if question.group == "hash":
        return "a hash" if answer.said.get("pdq") else "an empty hash"
    found = distances(answer.said) if question.file is not None and question.variant != "film" else {}
    return ", ".join(f"{number} at {bits}" for number, bits in sorted(found.items())) or "nothing"


def summed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The differences, each kind once with its number and an example of both answers."""
    kinds: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        if row["verdict"] != "equal":
            key = (row["group"], row["variant"], row["verdict"], row["why"])
            kinds.setdefault(key, {**row, "questions": 0})["questions"] += 1
    return list(kinds.values())


def asked_in(mode: PdqMode, banks: Banks, questions: list[Question]) -> list[dict[str, Any]]:
    """The rows of one run of our service, whose uploads are reduced in this mode."""
    with tempfile.TemporaryDirectory() as name:
        ours = Ours(Path(name), banks, mode)
        try:
            return compared(questions, ours, Theirs(banks), banks)
        finally:
            ours.close()


def main(tier: Tier) -> int:
    """0 when at least 95 of 100 answers are equal, and none of the others is worse or unexplained."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    known = pictures(range(1, 31 if tier == "full" else 7))
    strangers = pictures(range(501, 507 if tier == "full" else 502))
    banks = banks_of(known, Theirs(Banks()))
    questions = recorded(tier, banks, known, strangers)
    figure.count("questions", len(questions))
    figure.record("questions", len(questions), "questions", ">= 1000" if tier == "full" else ">= 150")
    for mode in MODES:
        _record(figure, mode, progress.step(mode, partial(asked_in, mode, banks, questions)))
    code = figure.save()
    progress.finish()
    return code


def _record(figure: Figure, mode: PdqMode, rows: list[dict[str, Any]]) -> None:
    """The figures of one mode; ``fast`` hashes may lie a few bits from the library's, ``exact`` ones not."""
    words = Counter(row["verdict"] for row in rows)
    alike = words["equal"] + (words["conforming"] if mode == "fast" else 0)
    named = "equal, hashes within 10 bits" if mode == "fast" else "equal to the last digit"
    figure.record(f"mode {mode}: answers {named}", 100 * alike / len(rows), "%", ">= 95")
    for word, meaning in MEANING.items():
        bitwise = mode == "exact" and word in ("conforming", "edge")
        bar = "== 0" if word == "worse" or bitwise else ""
        figure.record(f"mode {mode}: {meaning}", words[word], "answers", bar)
    figure.table(f"differences, mode {mode}", summed(rows))
    for row in summed(rows):
        print(
            f"  {row['questions']:>4}  {row['verdict']:<10}  {row['group']}, {row['variant']}: "
            f"{row['ours']} / {row['theirs']}"
        )


if __name__ == "__main__":
    script(main)
