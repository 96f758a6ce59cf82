"""Turns conversations into token windows that teach a generator to be polite and to copy facts from its sources.

An agent turn that states facts follows the FAQ answer that supports it. If no answer supports it, or the source is left
out on purpose, the turn is context only and has no loss: stating a fact from memory is never rewarded. In half of the
turns with a source, the digits are replaced in source and turn alike, so that only copying gets them right.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatbot.domain import FaqEntry, Role, TranscriptTurn
from chatbot.facts.extraction import facts
from chatbot.generation.guard.source_facts import Support
from chatbot.generation.prompts import AGENT, MAX_SOURCES, language_mark, source, turn
from chatbot.pii import PLACEHOLDER
from chatbot.text import language, tokens

GROUP_MARK = "#"
"""The part of a conversation id before this mark names its origin; conversations of one origin stay together."""

_SAME_MATTER = 0.6
"""Share of a factless turn's tokens that an answer must contain to be its source."""
_MIN_OVERLAP = 0.25
_BEST = 6
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """One turn with the texts that support it. `grounded` is False when it states facts that nothing supports."""

    speaker: Role
    text: str
    sources: tuple[str, ...] = ()
    grounded: bool = True


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation in order; `group` names its origin."""

    group: str
    lang: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids and, of equal length, the weight of each of them in the loss (0 to 1)."""

    ids: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mix:
    """How windows are made. Shares are probabilities per agent turn."""

    source_share: float = 0.85
    digit_share: float = 0.5
    stray_share: float = 0.2
    """How often a source about another topic is added, as search may return one."""
    other_weight: float = 0.1


class Sourcing:
    """Finds the FAQ answers that support an agent's turn."""

    def __init__(self, faq: Sequence[FaqEntry], *, own: bool = False) -> None:
        """With `own` and without any FAQ, a turn with facts is its own source, which still teaches copying."""
        self._own = own
        self._answers = {
            lang: [(entry.answer, frozenset(tokens(entry.answer))) for entry in faq if entry.lang == lang]
            for lang in sorted({entry.lang for entry in faq})
        }
        self._known: dict[tuple[str, str], Line] = {}

    def line(self, text: str, lang: str) -> Line:
        """Return the agent turn with its sources."""
        key = (text, lang)
        if key not in self._known:
            self._known[key] = self._find(text, lang)
        return self._known[key]

    def _find(self, text: str, lang: str) -> Line:
        if PLACEHOLDER.search(text):
            return Line(Role.AGENT, text, (), grounded=False)  # read, but never learned: it would say "[order]"
        stated = facts(text)
        if self._own and not self._answers:
            return Line(Role.AGENT, text, (text,) if stated else ())
        own = frozenset(tokens(text))
        ranked = sorted(
            ((len(own & words) / max(1, len(own)), answer) for answer, words in self._answers.get(lang, ())),
            key=lambda pair: (-pair[0], pair[1]),
        )[:_BEST]
        if not stated:
            return Line(Role.AGENT, text, tuple(answer for share, answer in ranked[:1] if share >= _SAME_MATTER))
        # The turn counts as written by the customer, too: an order number read back needs no source.
        near = [answer for share, answer in ranked if share >= _MIN_OVERLAP]
        for chosen in [(a,) for a in near] + [(a, b) for i, a in enumerate(near) for b in near[i + 1 :]]:
            if not Support(chosen, (text,)).missing(text):
                return Line(Role.AGENT, text, chosen)
        only_echo = not Support((), (text,)).missing(text)
        return Line(Role.AGENT, text, (), grounded=only_echo)


def dice(seed: int) -> random.Random:
    """Seeded randomness, for reproducible training runs."""
    return random.Random(seed)  # noqa: S311 # not used for secrets


def dialogues(turns: Sequence[TranscriptTurn], faq: Sequence[FaqEntry], *, own: bool = False) -> list[Dialogue]:
    """Conversations with sources, in order of first appearance; those without an agent turn are left out.

    `own` is for training: see `Sourcing`.
    """
    grouped: dict[str, list[TranscriptTurn]] = {}
    for one in turns:
        grouped.setdefault(one.conversation_id, []).append(one)
    sourcing = Sourcing(faq, own=own)
    by_people = any(one.speaker is Role.AGENT for one in turns)
    found = []
    for name, members in grouped.items():
        ordered = sorted(members, key=lambda one: one.turn)
        if all(one.speaker is Role.CUSTOMER for one in ordered):
            continue
        lang = language(" ".join(one.text for one in ordered))
        lines = tuple(
            Line(Role.CUSTOMER, one.text)
            if one.speaker is Role.CUSTOMER
            # The assistant's lines are learned only in data without agents: otherwise its mistakes would be learned
            # too.
            else Line(Role.AGENT, one.text, (), grounded=False)
            if by_people and one.speaker is Role.ASSISTANT
            else sourcing.line(one.text, lang)
            for one in ordered
        )
        found.append(Dialogue(name.split(GROUP_MARK)[0], lang, lines))
    return found


def split(every: Sequence[Dialogue], *, share: float, seed: int) -> tuple[list[Dialogue], list[Dialogue]]:
    """Split into training and held-out dialogues; groups stay whole, and about `share` of each language is held out."""
    rng = dice(seed)
    held: set[str] = set()
    for lang in sorted({one.lang for one in every}):
        members = [one for one in every if one.lang == lang]
        groups = sorted({one.group for one in members})
        rng.shuffle(groups)
        taken = 0
        for group in groups[: len(groups) - 1]:
            size = sum(1 for one in members if one.group == group)
            if taken + size / 2 > share * len(members) and taken:
                break
            held.add(group)
            taken += size
    return [one for one in every if one.group not in held], [one for one in every if one.group in held]


def windows(
    dialogue: Dialogue,
    encode: Callable[[str], list[int]],
    *,
    length: int,
    mix: Mix | None,
    rng: random.Random,
    strays: Sequence[str] = (),
) -> list[Window]:
    """Split the dialogue into windows of at most `length` tokens.

    A dialogue that is too long continues in another window, which repeats the two turns before it as context. With
    `mix` None nothing is random or weighted: every source is shown, and only grounded agent turns count. `strays` are
    answers about any topic in the dialogue's language.
    """
    head = encode(language_mark(dialogue.lang))
    pieces = [_encoded(line, encode, mix, rng, strays) for line in dialogue.lines]
    found: list[Window] = []
    ids, weights = list(head), [0.0] * len(head)
    for index, (piece, weight) in enumerate(pieces):
        if len(ids) + len(piece) > length and len(ids) > len(head):
            found.append(Window(tuple(ids), tuple(weights)))
            context = [token for earlier, _ in pieces[max(0, index - 2) : index] for token in earlier]
            context = context if len(head) + len(context) + len(piece) <= length else []
            ids = head + context
            weights = [0.0] * len(ids)
        ids = (ids + piece)[:length]
        weights = (weights + weight)[:length]
    found.append(Window(tuple(ids), tuple(weights)))
    return [window for window in found if any(window.weights)]


def _encoded(
    line: Line, encode: Callable[[str], list[int]], mix: Mix | None, rng: random.Random, strays: Sequence[str]
) -> tuple[list[int], list[float]]:
    other = mix.other_weight if mix else 0.0
    if line.speaker is Role.CUSTOMER:
        ids = encode(turn(line.speaker, line.text))
        return ids, [other] * len(ids)
    shown, text, learned = line.sources, line.text, line.grounded
    if mix and shown and rng.random() >= mix.source_share:
        shown, learned = (), False
    elif mix and strays and len(shown) < MAX_SOURCES and rng.random() < mix.stray_share:
        shown = tuple(rng.sample([*shown, rng.choice(strays)], len(shown) + 1))
    if mix and shown and rng.random() < mix.digit_share:
        shown, text = _other_digits(shown, text, rng)
    before = encode("".join(source(one) for one in shown)) if shown else []
    ids = encode(turn(line.speaker, text))
    # The agent mark is given, never predicted: it is the last token of the prompt.
    marks = len(encode(AGENT))
    own = [0.0] * marks + [1.0 if learned else 0.0] * (len(ids) - marks)
    return before + ids, [other if learned else 0.0] * len(before) + own


def _other_digits(sources: tuple[str, ...], text: str, rng: random.Random) -> tuple[tuple[str, ...], str]:
    """Replace digits in source and turn consistently; numbers keep their length."""
    exchanged: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        number = match.group()
        if number not in exchanged:
            low = 0 if len(number) == 1 else 10 ** (len(number) - 1)
            exchanged[number] = str(rng.randint(max(1, low), 10 ** len(number) - 1)).zfill(len(number))
        return exchanged[number]

    changed = tuple(_DIGITS.sub(other, one) for one in sources)
    return changed, _DIGITS.sub(lambda match: exchanged.get(match.group(), match.group()), text)
