"""English and Chinese entries with uninformative ids; in some pairs one number differs. Deterministic by seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.domain import FaqEntry
from support.corpora.faq_seeds import changed


@dataclass(frozen=True, slots=True)
class Drifted:
    """A knowledge base, the pairs of ids that translate each other, and those of them that have drifted."""

    entries: list[FaqEntry]
    pairs: set[tuple[str, str]]
    drifted: set[tuple[str, str]]


def drifted(entries: Sequence[FaqEntry], *, share: float, drifts: int, seed: int) -> Drifted:
    """Keep a share of the entries of each language, so that many have no counterpart, and make `drifts` pairs drift."""
    dice = random.Random(seed)
    by_id = {entry.id: entry for entry in entries}
    both = [(by_id[f"en{name[2:]}"], by_id[name]) for name in sorted(by_id) if name.startswith("zh")]
    dice.shuffle(both)
    made = Drifted([], set(), set())
    for number, (english, chinese) in enumerate(both):
        other = changed(chinese.answer, dice)
        drifts_now = len(made.drifted) < drifts and other != chinese.answer
        ids = (f"e{number}", f"z{number}")
        kept = [drifts_now or dice.random() < share for _ in ids]
        answer = other if drifts_now else chinese.answer
        renamed = replace(english, id=ids[0], variants=()), replace(chinese, id=ids[1], answer=answer, variants=())
        made.entries.extend(entry for entry, keep in zip(renamed, kept, strict=True) if keep)
        if all(kept):
            made.pairs.add(ids)
        if drifts_now:
            made.drifted.add(ids)
    return made
