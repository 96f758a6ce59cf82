"""Adds problems to a knowledge base: reworded entries, with equal or with different facts. Deterministic by seed."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.domain import FaqEntry

SWAPS = {
    "en": (
        ("How do I", "What is the way to"),
        ("How long", "How much time"),
        ("Can I", "Is it possible to"),
        ("Do you", "Does your shop"),
        ("order", "purchase"),
        ("delivery", "shipping"),
        ("item", "product"),
        ("cost", "price"),
        ("parcel", "package"),
        ("change", "modify"),
    ),
    "zh": (
        ("怎么", "如何"),
        ("多久", "多长时间"),
        ("可以", "能"),
        ("吗", "么"),
        ("订单", "单子"),
        ("配送", "送货"),
        ("商品", "产品"),
        ("你们", "贵店"),
        ("修改", "更改"),
        ("需要", "要"),
    ),
}
FRAMES = {
    "en": ("Hello, {q}", "{q} Thanks!", "Please tell me: {q}", "Quick question. {q}", "{q}"),
    "zh": ("你好，{q}", "请问{q}", "{q}谢谢", "想问一下，{q}", "{q}"),
}
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\d)")


@dataclass(frozen=True, slots=True)
class Seeded:
    """A knowledge base with problems, and the pairs of ids by kind of problem."""

    entries: list[FaqEntry]
    duplicates: set[frozenset[str]]
    contradictions: set[frozenset[str]]


def seeded(entries: Sequence[FaqEntry], *, each: int, seed: int) -> Seeded:
    """Add `each` near-duplicates and `each` contradictions per language, every one of another entry.

    Half of the questions are reworded by rule; the other half are phrasings taken from the entry, which then loses
    them.
    """
    dice = random.Random(seed)
    base = {entry.id: entry for entry in entries}
    made: list[FaqEntry] = []
    duplicates: set[frozenset[str]] = set()
    contradictions: set[frozenset[str]] = set()
    for lang in ("en", "zh"):
        own = [entry for entry in entries if entry.lang == lang]
        dice.shuffle(own)
        with_numbers = [entry for entry in own if changed(entry.answer, dice) != entry.answer][:each]
        others = [entry for entry in own if entry not in with_numbers][:each]
        for number, entry in enumerate((*with_numbers, *others)):
            variants = list(entry.variants)
            if number % 2 and variants:
                question = variants.pop(dice.randrange(len(variants)))
                base[entry.id] = replace(entry, variants=tuple(variants))
            else:
                question = _reworded(entry.question, lang, dice)
            answer = _framed(changed(entry.answer, dice) if entry in with_numbers else entry.answer, lang, dice)
            twin = FaqEntry(f"twin-{lang}-{number}", question, answer, (), None, lang)
            made.append(twin)
            (contradictions if entry in with_numbers else duplicates).add(frozenset((entry.id, twin.id)))
    return Seeded([*base.values(), *made], duplicates, contradictions)


def _reworded(question: str, lang: str, dice: random.Random) -> str:
    for old, new in SWAPS[lang]:
        if old in question and dice.random() < 0.6:
            question = question.replace(old, new, 1)
    return dice.choice(FRAMES[lang]).format(q=question)


def _framed(answer: str, lang: str, dice: random.Random) -> str:
    """Reword an answer: other words, another order of sentences, one of many left out, a courtesy added."""
    for old, new in SWAPS[lang]:
        if old in answer and dice.random() < 0.7:
            answer = answer.replace(old, new, 1)
    end = {"en": ". ", "zh": "。"}[lang]
    sentences = [sentence for sentence in answer.split(end) if sentence]
    if len(sentences) > 3:
        sentences.pop(dice.randrange(len(sentences)))
    dice.shuffle(sentences)
    courtesy = dice.choice({"en": ("", "Happy to help.", "Thank you."), "zh": ("", "谢谢。", "感谢您的支持。")}[lang])
    return end.join(sentences) + end.strip() + courtesy


def changed(answer: str, dice: random.Random) -> str:
    """The answer with one of its numbers changed; unchanged if it has no suitable number."""
    places = [found for found in _NUMBER.finditer(answer) if float(found.group()) > 3]
    if not places:
        return answer
    found = dice.choice(places)
    return answer[: found.start()] + str(int(float(found.group())) + dice.randint(4, 9)) + answer[found.end() :]
