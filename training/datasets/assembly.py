"""Assembles the data of a retraining: all data used so far, with the team's labels added.

A label given by a person overrides any other label of the same words. A fifth of the labelled conversations, each as a
whole, goes to the evaluation set, which is never trained on; nor is anything similar to it. An intent contributes to
the evaluation set only once it has enough training data.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import FROM_CONVERSATION, OUT_OF_SCOPE, LabelledExample, MessageLabel
from chatbot.errors import TrainingError
from chatbot.text import clean, normalise
from training.datasets.splits import near_duplicate_groups

FROZEN_SHARE = 5
"""One in this many labelled conversations goes to the evaluation set."""
ENOUGH = 10
"""Training utterances an intent needs before conversations about it go to the evaluation set."""
SAME = 0.97
"""Cosine similarity from which on two messages with different words are near-duplicates."""
_FEWEST = 2
_NAMED = 5
_ROWS_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class Counts:
    """Origin of the utterances of a retraining, and the number left out for each reason."""

    seed: int
    labelled: int
    overruled: int
    """Seed utterances whose label a person changed."""
    merged: int
    """Near-duplicates of the same intent, counted once."""
    protected: int
    """Utterances left out because they resemble those of the evaluation set."""
    frozen: int


@dataclass(frozen=True, slots=True)
class ReplayData:
    """Training examples, additions to the evaluation set with the message of each (`messages`), and the counts."""

    examples: tuple[LabelledExample, ...]
    newly_frozen: tuple[LabelledExample, ...]
    messages: tuple[int, ...]
    counts: Counts


def frozen_conversation(conversation_id: str) -> bool:
    """Whether a conversation belongs to the evaluation set: this depends on its id alone, so it never changes."""
    return hashlib.sha256(conversation_id.encode()).digest()[0] % FROZEN_SHARE == 0


def assemble(
    seed: Sequence[LabelledExample],
    labels: Sequence[MessageLabel],
    frozen: Sequence[LabelledExample],
    frozen_messages: Collection[int],
    *,
    masked: Callable[[str], str],
) -> ReplayData:
    """Assemble the data of a retraining.

    Args:
        seed: imported utterances and FAQ phrasings.
        labels: the current labels of messages, newest first.
        frozen: the evaluation set.
        frozen_messages: the ids of the messages in it.
        masked: removes personal data from a text.
    """
    kept: dict[str, LabelledExample] = {}
    for example in seed:
        kept.setdefault(_key(example.text), example)
    corrected: dict[str, tuple[LabelledExample, MessageLabel]] = {}
    for label in labels:
        text = clean(masked(label.text))
        if label.intent is None or not text:
            continue
        made = LabelledExample(text, label.intent, label.lang, FROM_CONVERSATION)
        corrected.setdefault(_key(text), (made, label))
    overruled = sum(key in kept and kept[key].intent != made.intent for key, (made, _) in corrected.items())
    ignored = {_key(label.text) for label in labels if label.intent is None}
    learned = {key: example for key, example in kept.items() if key not in corrected}
    plenty = Counter(example.intent for example in kept.values())
    oldest = list(corrected.values())[::-1]
    groups = near_duplicate_groups(
        [*(e.text for e in frozen), *(e.text for e in kept.values()), *(made.text for made, _ in oldest)]
    ).tolist()
    frozen_groups = set(groups[: len(frozen)])
    learned_groups = set(groups[len(frozen) : len(frozen) + len(kept)])
    new, messages, mine = [], [], []
    for group, (made, label) in zip(groups[len(frozen) + len(kept) :], oldest, strict=True):
        if label.message_id in frozen_messages:
            continue
        if (
            group not in learned_groups
            and group not in frozen_groups
            and plenty[made.intent] >= ENOUGH
            and frozen_conversation(label.conversation_id)
        ):
            frozen_groups.add(group)
            new.append(made)
            messages.append(label.message_id)
            continue
        learned_groups.add(group)
        plenty[made.intent] += 1
        mine.append(made)
    # Labels come first, so that among near-duplicates the one labelled by a person is kept.
    merged, examples = _merged([*mine, *(example for key, example in learned.items() if key not in ignored)])
    protected, examples = _protected(examples, [*frozen, *new])
    counts = Counts(len(kept), len(corrected), overruled, merged, protected, len(frozen) + len(new))
    return ReplayData(tuple(examples), tuple(new), tuple(messages), counts)


def check_cover(examples: Iterable[LabelledExample], needed: Iterable[str]) -> None:
    """Refuse data without two utterances of every required intent.

    Raises:
        TrainingError: intents that the model knew, or a person labelled, would be lost.
    """
    counts = Counter(example.intent for example in examples)
    thin = sorted(intent for intent in set(needed) - {OUT_OF_SCOPE} if counts[intent] < _FEWEST)
    if thin:
        named = ", ".join(f"{intent!r} ({counts[intent]})" for intent in thin[:_NAMED])
        more = f" and {len(thin) - _NAMED} more" if len(thin) > _NAMED else ""
        raise TrainingError(
            f"{len(thin)} intents would be lost: {named}{more} have fewer than {_FEWEST} utterances to learn from. "
            "Label more messages of each, or import utterances with: chatbot intents import FILE"
        )


def without_near(vectors: NDArray[np.float32], frozen: NDArray[np.float32]) -> NDArray[np.bool_]:
    """True for the rows of (n, d) unit vectors that are not near-duplicates of any `frozen` one, shape (n,)."""
    if not len(frozen) or not len(vectors):
        return np.ones(len(vectors), dtype=bool)
    parts = [
        (vectors[start : start + _ROWS_AT_ONCE] @ frozen.T).max(axis=1) < SAME
        for start in range(0, len(vectors), _ROWS_AT_ONCE)
    ]
    return np.asarray(np.concatenate(parts))


def _merged(examples: Sequence[LabelledExample]) -> tuple[int, list[LabelledExample]]:
    """Keep one utterance of each group of near-duplicates; labels given by a person override others of the group."""
    groups = near_duplicate_groups([example.text for example in examples]).tolist()
    judged: dict[int, set[str]] = defaultdict(set)
    for group, example in zip(groups, examples, strict=True):
        if example.origin == FROM_CONVERSATION:
            judged[group].add(example.intent)
    seen: set[tuple[int, str]] = set()
    found = []
    for group, example in zip(groups, examples, strict=True):
        overruled = example.origin != FROM_CONVERSATION and judged[group] and example.intent not in judged[group]
        if overruled or (group, example.intent) in seen:
            continue
        seen.add((group, example.intent))
        found.append(example)
    return len(examples) - len(found), found


def _protected(
    examples: Sequence[LabelledExample], frozen: Sequence[LabelledExample]
) -> tuple[int, list[LabelledExample]]:
    """The examples that are not near-duplicates of an utterance in the evaluation set."""
    groups = near_duplicate_groups([example.text for example in (*frozen, *examples)])
    taken = set(groups[: len(frozen)].tolist())
    own = groups[len(frozen) :].tolist()
    found = [example for group, example in zip(own, examples, strict=True) if group not in taken]
    return len(examples) - len(found), found


def _key(text: str) -> str:
    return normalise(text) or text
