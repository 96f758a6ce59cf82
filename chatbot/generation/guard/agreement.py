"""Checks whether a sentence agrees with its sources: same polarity, and facts about the same topic.

Both checks compare words, not meaning, with the source sentences that share most.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.facts.commitments import negations, stem
from chatbot.facts.extraction import facts
from chatbot.text import tokens

_SAME = 0.75
_LEAST = 3
_FILLER_WORDS = """
a an the is are was were be been it its this that these those to of in on at for with by from and or as we you i our
your my us me they them will would can could do does did not no never have has had may please if so then there here
also just only any some all more very sure yes of course within after before up out about per
的 了 吗 呢 是 在 有 我 您 你 们
请 会 能 可 以 和 与 或 及 也 都 就 不 没 无 这 那 个 一 为 到 从 于 对 被 把 将 要 需
"""
_FILLERS = frozenset(_FILLER_WORDS.split())
_KINDS = ("money", "quantity", "date", "time", "phone", "email", "url")


def contradicts(sentence: str, sources: Sequence[str]) -> bool:
    """Whether a source sentence with nearly the same words is negated and this one is not, or the reverse."""
    own = content(sentence)
    if len(own) < _LEAST:
        return False
    denies = negations(sentence) > 0
    agree = [source for source in sources if len(own & content(source)) >= _SAME * len(own)]
    return bool(agree) and all((negations(source) > 0) != denies for source in agree)


def misplaced(sentence: str, sources: Sequence[str]) -> str:
    """A fact that the sources state about another topic than the sentence does, as written; empty without one.

    The topic is identified by words: every source sentence with the fact lacks a word of the sentence that another
    source sentence, which states a different fact of that kind and unit, has in addition to all those they share.
    """
    stated = [fact for fact in facts(sentence) if fact.kind in _KINDS]
    if not stated:
        return ""
    own = content(sentence)
    known = [(content(source), facts(source)) for source in sources]
    for fact in stated:
        with_it = [own & words for words, found in known if any(one.key == fact.key for one in found)]
        rivals = [
            own & words
            for words, found in known
            if all(one.key != fact.key for one in found)
            and any((one.kind, one.unit) == (fact.kind, fact.unit) for one in found)
        ]
        if with_it and any(all(shared < rival for shared in with_it) for rival in rivals):
            return fact.surface
    return ""


def content(text: str) -> frozenset[str]:
    """The content words of a text, as stems; for Chinese text the pairs of characters."""
    found = (token for token in tokens(text) if not any(sign.isdigit() for sign in token))
    words = frozenset(stem(token) if token.isascii() else token for token in found if token not in _FILLERS)
    return frozenset(word for word in words if len(word) > 1)
