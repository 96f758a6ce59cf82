"""The report of a training of the common intents, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from chatbot.domain import CommonIntent
from chatbot.intent.common.artifact import LANGUAGES
from training.common_intents.fitting import INTENTS
from training.common_intents.measuring import TOLERATED, HeldOut, figures, metrics_of
from training.evaluation.metrics import per_class

_STEPS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7)


def report(held: HeldOut, needed: Mapping[str, Mapping[CommonIntent, float]]) -> str:
    """Figures of held-out messages: every intent, the thresholds, and a wish for a person at other thresholds."""
    metrics = metrics_of(held, needed)
    rows = held.common
    n, precision, recall, f1 = per_class(held.labels[rows], held.shares[rows].argmax(axis=1), len(INTENTS))
    businesses = {one.business for one in held.messages if one.business}
    lines = [
        "# Common intents",
        "",
        f"Grouped cross-validation in five parts over {int(rows.sum())} common messages and {int((~rows).sum())} "
        f"messages of {len(businesses)} businesses; near-duplicates, and all "
        "messages of a business, are in one part. Patterns and joined messages are only learned from, never measured.",
        "",
        f"Of the common messages: macro F1 {metrics['macro_f1']:.3f}, expected calibration error {metrics['ece']:.3f}.",
        "",
        "| intent | messages | precision | recall | F1 |",
        "|---|---|---|---|---|",
    ]
    for place, intent in enumerate(INTENTS):
        shares = " | ".join(f"{one[place]:.3f}" for one in (precision, recall, f1))
        lines.append(f"| `{intent}` | {int(n[place])} | {shares} |")
    lines += [
        "",
        "## What counts",
        "",
        f"An intent counts from the probability at which at most {TOLERATED:.1%} of the questions (for `person` also "
        "of the refusals, `no_person`) would be taken for it. `hard` are the hand-written ones among them, which share "
        "its words on purpose; `others` are the messages of all other intents.",
        "",
        "| intent | language | from | recall | false alarms | hard | others |",
        "|---|---|---|---|---|---|---|",
    ]
    for intent in INTENTS:
        lines += [_line(held, intent, lang, needed[lang][intent]) for lang in LANGUAGES if intent in needed[lang]]
    lines += ["", "## A wish for a person at other thresholds", ""]
    lines += ["| intent | language | from | recall | false alarms | hard | others |", "|---|---|---|---|---|---|---|"]
    lines += [_line(held, CommonIntent.PERSON, lang, step) for lang in LANGUAGES for step in _STEPS]
    lines += ["", "## Where a wish for a person goes wrong", ""]
    for lang in LANGUAGES:
        lines += _mistakes(held, lang, needed[lang][CommonIntent.PERSON])
    return "\n".join(lines) + "\n"


def _line(held: HeldOut, intent: CommonIntent, lang: str, needed: float) -> str:
    one = figures(held, intent, lang, needed)
    return (
        f"| `{intent}` | {lang} | {one.needed:.3f} | {one.recall:.3f} | {one.false_alarms:.4f} | {one.hard:.3f} | "
        f"{one.others:.4f} |"
    )


def _mistakes(held: HeldOut, lang: str, needed: float) -> list[str]:
    share = held.shares[:, INTENTS.index(CommonIntent.PERSON)]
    inside = held.of(CommonIntent.PERSON, lang=lang)
    missed = np.flatnonzero(inside & (share < needed))
    taken = np.flatnonzero((held.languages == lang) & ~inside & (share >= needed) & held.common)
    found = [f"- {lang}, missed: {held.messages[place].text}" for place in missed[np.argsort(share[missed])][:10]]
    return found + [
        f"- {lang}, taken from `{held.messages[place].intent}`: {held.messages[place].text}"
        for place in taken[np.argsort(-share[taken])][:10]
    ]
