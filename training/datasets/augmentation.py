"""Augments utterances with keyboard noise, without any model.

Word dropping and swapping follow EDA (Wei and Zou, 2019, arXiv:1901.11196), letter noise follows Belinkov and Bisk
(2018, arXiv:1711.02173). Numbers are never changed: in support they carry the meaning.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from chatbot.errors import TrainingError

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_IS_CJK = re.compile(rf"[{_CJK}]")
_CLAUSE = re.compile(r"[^,.;:!?，。；：！？、]+[,.;:!?，。；：！？、]*\s*")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_WORD = 4
"""A typo in a shorter word tends to turn it into another word."""


def augment(text: str, kinds: Sequence[str], rng: random.Random, *, share: float = 0.1) -> str:
    """Return a copy of `text` with one kind of noise, drawn from those that apply to it.

    Args:
        text: one utterance.
        kinds: names from `KINDS`; without any, the text is returned unchanged.
        rng: source of randomness; equal states give equal copies.
        share: share of words or characters to change, 0 to 1; at least one if the kind applies.

    Raises:
        TrainingError: a kind that does not exist.
    """
    check_kinds(kinds)
    for name in rng.sample(list(kinds), len(kinds)):
        changed = KINDS[name](text, rng, share)
        if changed != text and changed.strip():
            return changed
    return text


def check_kinds(kinds: Sequence[str]) -> None:
    """Raise TrainingError for the first name that is not in `KINDS`."""
    for name in kinds:
        if name not in KINDS:
            raise TrainingError(f"There is no augmentation {name!r}. Choose from: {', '.join(KINDS)}.")


def drop_words(text: str, rng: random.Random, share: float) -> str:
    """Drop some words of a spaced text of three words or more; numbers stay."""
    words = text.split(" ")
    free = [place for place, word in enumerate(words) if word.isalpha() and not _IS_CJK.search(word)]
    if len(words) < 3 or not free:
        return text
    gone = set(rng.sample(free, min(_how_many(len(words), share), len(free), len(words) - 2)))
    return " ".join(word for place, word in enumerate(words) if place not in gone)


def mistype(text: str, rng: random.Random, share: float) -> str:
    """Add typing errors inside some longer alphabetic words: a letter lost, doubled, replaced or swapped."""
    words = text.split(" ")
    free = [place for place, word in enumerate(words) if _can_be_mistyped(word)]
    for place in rng.sample(free, min(_how_many(len(words), share), len(free))):
        words[place] = _typo(words[place], rng)
    return " ".join(words)


def jumble_characters(text: str, rng: random.Random, share: float) -> str:
    """For Chinese, Japanese and Korean: drop some characters or swap them with their neighbour.

    For scripts without spaces, where dropping words would need a segmenter. The text needs four such characters.
    """
    characters = list(text)
    free = [place for place, character in enumerate(characters) if _IS_CJK.match(character)]
    if len(free) < 4:
        return text
    for place in rng.sample(free, min(_how_many(len(free), share), len(free) - 3)):
        follower = place + 1
        exchange = follower < len(characters) and _IS_CJK.match(characters[follower] or " ")
        if exchange and rng.random() < 0.5:
            characters[place], characters[follower] = characters[follower], characters[place]
        else:
            characters[place] = ""
    return "".join(characters)


def swap_clauses(text: str, rng: random.Random, share: float) -> str:
    """Swap two clauses, separated by punctuation of either script; `share` is ignored."""
    clauses = _CLAUSE.findall(text)
    if len(clauses) < 2 or "".join(clauses) != text or any(character.isdigit() for character in text):
        return text  # the comma of 1,000 separates no clauses
    first, second = sorted(rng.sample(range(len(clauses)), 2))
    clauses[first], clauses[second] = clauses[second].rstrip() + _blank(clauses[first]), clauses[first].rstrip()
    return "".join(clauses)


def cross_over(first: str, second: str, rng: random.Random) -> str:
    """Crossover (Luque, 2019, arXiv:1909.11241): the beginning of one utterance and the end of another of its intent.

    Cuts between words, or between characters if both texts are CJK without spaces.
    """
    by_character = all(" " not in text and _IS_CJK.search(text) for text in (first, second))
    blank = "" if by_character else " "
    head, tail = (list(text) if by_character else text.split(" ") for text in (first, second))
    return blank.join(head[: rng.randint((len(head) + 1) // 2, len(head))] + tail[rng.randint(0, len(tail) // 2) :])


KINDS: dict[str, Callable[[str, random.Random, float], str]] = {
    "words": drop_words,
    "typos": mistype,
    "characters": jumble_characters,
    "clauses": swap_clauses,
}
"""Kinds of noise by the name that a configuration gives; each returns the text unchanged where it does not apply."""


def _how_many(n: int, share: float) -> int:
    return max(1, round(n * share))


def _can_be_mistyped(word: str) -> bool:
    return len(word) >= _SHORTEST_WORD and word.isalpha() and not _IS_CJK.search(word)


def _typo(word: str, rng: random.Random) -> str:
    """The first letter stays: typing errors rarely hit it."""
    place = rng.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    match rng.randrange(4):
        case 0:
            return before + after
        case 1:
            return before + letter + letter + after
        case 2:
            return before + rng.choice(_LETTERS) + after
        case _:
            return before + after[0] + letter + after[1:]


def _blank(clause: str) -> str:
    return " " if clause.endswith(" ") else ""
