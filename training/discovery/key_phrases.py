"""Finds the key phrases of a group of messages: terms that are frequent in it and rare in others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from chatbot.text import normalise

KEY_PHRASES = 3
_ABSORBED = 0.7
"""A term is dropped if a longer term containing it occurs at least this share as often."""
_SHARE = 0.3
"""Minimum share of a group's messages with a phrase that names it."""
_STEM = 4
_COMMON_ENGLISH = """
a about after again all also always am an and any anyone anything are aren't as at be because been before being but by
can can't cannot could couldn't did didn't do does doesn't doing don't done else even ever for from get gets getting
give go goes going gonna got had has have haven't having he hello help her here hey hi him his how i i'd i'll i'm i've
if in into is isn't it it's its just kindly know let let's like make many may maybe me might mine more much must my
need needs no not now of off ok okay on one only or other our out over please really said say see she should show since
so some someone something still take tell than thank thanks that that's the their them then there there's these they
thing things think this those though to too took tried try trying us use using very wanna want wanted wants was
wasn't way we well were what what's when where where's which while who whose why will with within without won't
would you you're your yours through ago
"""
_PARTICLES = frozenset(("up", "off", "out", "back", "in"))
"""Form pairs of words, as in "top up", and mean nothing alone."""
_COMMON = frozenset(_COMMON_ENGLISH.split()) | _PARTICLES
_COMMON_CHINESE = frozenset(
    "的了吗呢吧啊呀嘛么我你您他她它们是在有就都也还和与跟怎什哪谁几多少要想能可以会请问这那个不没把被给让去来到对为很再得着过"
)
_SAYS_NOTHING = re.compile(
    "[吗呢吧啊呀嘛怎什哪]|多少钱|多少|可以|请问|我想|我的|你们|您好|你好|如何|一下|能不能|可不可"
)
_CJK_RUN = re.compile(r"[\u3400-\u9fff]+")
_LONGEST_RUN = 6


def key_phrases(texts: Sequence[str], everywhere: Counter[str], total: int) -> tuple[str, ...]:
    """The words and runs of words that distinguish a group, the most distinctive first, without repeated words.

    Args:
        texts: the messages of the group.
        everywhere: number of all messages with each term, from `spread`.
        total: the number of messages.
    """
    here = spread(texts)
    rest = max(1, total - len(texts))

    def telling(term: str) -> float:
        inside = here[term] / len(texts)
        outside = (everywhere[term] - here[term] + 0.5) / rest
        return float(inside * np.log2((inside + 1e-9) / outside) * _length(term))

    least = min(len(texts), max(2.0, _SHARE * len(texts)))
    often = [term for term, count in here.items() if count >= least]
    worth = {term: telling(term) for term in _whole(often, here)}
    chosen: list[str] = []
    for term in sorted(worth, key=lambda term: (-worth[term], term)):
        if worth[term] <= 0 or len(chosen) == KEY_PHRASES:
            break
        if not any(_shared(term, other) for other in chosen):
            chosen.append(term)
    return tuple(chosen)


def spread(texts: Sequence[str]) -> Counter[str]:
    """The number of texts with each term."""
    return Counter(term for text in texts for term in terms(text))


def terms(text: str) -> set[str]:
    """Words and pairs of words without stop words; for Chinese, runs of two to six characters."""
    found: set[str] = set()
    words: list[str] = []
    for run in normalise(text).split():
        if not _CJK_RUN.fullmatch(run):
            words.append(run)
            continue
        words.append("")
        for part in _SAYS_NOTHING.split(run):
            found.update(piece for piece in _pieces(part, _LONGEST_RUN) if _telling_run(piece))
    found.update(word for word in words if _telling_word(word))
    found.update(f"{a} {b}" for a, b in pairwise(words) if _telling_pair(a, b))
    return found


def _telling_word(word: str) -> bool:
    return len(word) > 1 and word not in _COMMON and not word.isdigit()


def _telling_pair(word: str, other: str) -> bool:
    return _telling_word(word) and (_telling_word(other) or other in _PARTICLES)


def _telling_run(run: str) -> bool:
    return run[0] not in _COMMON_CHINESE and run[-1] not in _COMMON_CHINESE


def _length(term: str) -> float:
    """Weight by length: pairs of words, and longer runs of characters, are more specific."""
    return 1.0 + 0.3 * term.count(" ") + 0.1 * len(term) ** 0.5 if term.isascii() else 1.0 + 0.3 * (len(term) - 2)


def _whole(terms_: Sequence[str], counts: Counter[str]) -> list[str]:
    """The terms without those that nearly always occur as part of a longer one."""
    longest: dict[str, int] = {}
    for term in terms_:
        parts = term.split(" ") if " " in term else _pieces(term, len(term) - 1)
        for part in parts:
            longest[part] = max(longest.get(part, 0), counts[term])
    return [term for term in terms_ if longest.get(term, 0) < _ABSORBED * counts[term]]


def _pieces(run: str, longest: int) -> list[str]:
    """The pieces of a Chinese run with two to `longest` characters."""
    if not _CJK_RUN.fullmatch(run):
        return []
    lengths = range(2, longest + 1)
    return [run[start : start + length] for length in lengths for start in range(len(run) - length + 1)]


def _shared(one: str, other: str) -> bool:
    """Whether two terms share a word, whatever its ending, or two adjacent characters."""
    if _CJK_RUN.search(one) or _CJK_RUN.search(other):
        return bool({a + b for a, b in pairwise(one)} & {a + b for a, b in pairwise(other)})
    return any(_same_stem(a, b) for a in one.split(" ") for b in other.split(" "))


def _same_stem(one: str, other: str) -> bool:
    shortest = max(_STEM, min(len(one), len(other)) - 2)
    return one == other or (len(one) >= shortest and one[:shortest] == other[:shortest])
