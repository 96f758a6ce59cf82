"""Generates replies with and without the guard in many situations, and counts what they invent."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from chatbot.dialogue.answers.phrases import PHRASES
from chatbot.domain import FaqEntry, FaqHit, Message, Role, TranscriptTurn
from chatbot.domain.pieces import text_of
from chatbot.errors import UngroundedReply
from chatbot.facts.sentences import sentences
from chatbot.generation.backends.gpt2 import Gpt2Generator, Sampling
from chatbot.generation.guard.grounding import Finding, GroundingGuard
from chatbot.generation.guard.guarded_generator import GuardedGenerator
from chatbot.generation.similarity import Texts
from chatbot.importing.faq_csv import read_faq
from chatbot.importing.transcripts.reading import read_transcripts
from chatbot.text import language
from support.paths import DATA, QUESTIONS
from training.generator.fact_checker import FactChecker

NAMES = ("Hazelnook", "榛果小屋")
HITS = 2
_NEEDS_NO_SOURCE = 24
"""Characters of what needs no source: a greeting, a thank-you."""
_HALF = 0.5


@dataclass(frozen=True)
class Situation:
    """A conversation that waits for a reply, with the retrieved hits."""

    history: tuple[Message, ...]
    hits: tuple[FaqHit, ...]
    lang: str
    names: tuple[str, ...] = ()

    @property
    def sources(self) -> list[str]:
        """Texts whose content may be repeated: the hits, and earlier replies."""
        earlier = [message.text for message in self.history if message.role is not Role.CUSTOMER]
        return [*(hit.entry.answer for hit in self.hits), *earlier]


@dataclass
class Count:
    """Number of replies, of those that invent something, and of invented facts."""

    n: int = 0
    inventing: int = 0
    facts: int = 0
    leaks: int = 0
    examples: list[tuple[str, list[str]]] = field(default_factory=list)
    rules: dict[str, int] = field(default_factory=dict)

    def add(self, text: str, invented: list[str], leaks: list[str]) -> None:
        self.n += 1
        self.inventing += bool(invented)
        self.facts += len(invented)
        self.leaks += bool(leaks)
        if invented or leaks:
            self.examples.append((text, [*invented, *leaks]))


class Knowledge:
    """Entries that can be looked up by the words of a message."""

    def __init__(self, entries: Sequence[FaqEntry]) -> None:
        self._entries = {lang: [e for e in entries if e.lang == lang] for lang in ("en", "zh")}
        self._places = {
            lang: [(n, text) for n, e in enumerate(found) for text in (e.question, *e.variants)]
            for lang, found in self._entries.items()
        }
        self._texts = {lang: Texts([text for _, text in places]) for lang, places in self._places.items()}

    def hits(self, text: str, lang: str, limit: int = HITS) -> tuple[FaqHit, ...]:
        near = self._texts[lang].near(text)
        best: dict[int, float] = {}
        for (number, _), value in zip(self._places[lang], near, strict=True):
            best[number] = max(best.get(number, 0.0), value)
        ranked = sorted(best.items(), key=lambda pair: -pair[1])[:limit]
        return tuple(FaqHit(self._entries[lang][number], round(value, 4)) for number, value in ranked)


def faq() -> list[FaqEntry]:
    return [e for name in ("faq_en.csv", "faq_zh.csv") for e in read_faq((DATA / name).read_bytes(), name)[0]]


def shipped(*, temperature: float = 0.3, seed: int = 0) -> Gpt2Generator:
    sampling = Sampling(temperature=temperature, seed=seed)
    return Gpt2Generator(DATA / "generator", threads=1, seconds=30.0, sampling=sampling)


def guard(names: Sequence[str] = NAMES, encode: object = None) -> GroundingGuard:
    own = json.loads((DATA / "generator" / "small_talk.json").read_text("utf-8"))
    return GroundingGuard(encode, floor=0.5, known_names=names, own_replies=own)  # type: ignore[arg-type]


def real_replies(turns: Sequence[TranscriptTurn], check: FactChecker, count: int) -> list[tuple[Situation, str]]:
    """Replies by agents that the checker finds supported by the rest of their conversation, which serves as source.

    Later lines of the agent stand for the knowledge base, because the agent knew them too.
    """
    grouped: dict[str, list[TranscriptTurn]] = {}
    for turn in turns:
        grouped.setdefault(turn.conversation_id, []).append(turn)
    found = []
    for members in grouped.values():
        for at, turn in enumerate(members):
            if turn.speaker is Role.CUSTOMER or not at:
                continue
            history = tuple(
                Message(Role.CUSTOMER if one.speaker is Role.CUSTOMER else Role.AGENT, one.text) for one in members[:at]
            )
            later = [one.text for one in members[at + 1 :] if one.speaker is not Role.CUSTOMER]
            lang = language(turn.text)
            hits = tuple(FaqHit(FaqEntry(f"later-{n}", "", text, lang=lang), 0.9) for n, text in enumerate(later))
            sources = [*later, *(message.text for message in history if message.role is not Role.CUSTOMER)]
            said = [message.text for message in history if message.role is Role.CUSTOMER]
            open_ = turn.text.rstrip().endswith(("?", "？")) or len(turn.text) <= _NEEDS_NO_SOURCE
            if not check.invented(turn.text, sources, said) and (open_ or check.share(turn.text, sources) >= _HALF):
                found.append((Situation(history, hits, lang), turn.text))
    random.Random(5).shuffle(found)
    return found[:count]


def findings(judge: GroundingGuard, situation: Situation, reply: str) -> list[Finding]:
    """The findings of the guard about a given reply."""
    judged = judge.judge(situation.history, situation.hits, lang=situation.lang)
    found, said = [], ""
    for sentence in sentences(reply):
        finding = judged.check(sentence, said)
        if finding is not None:
            found.append(finding)
        said += sentence
    return found


def checker(extra: Sequence[str] = ()) -> FactChecker:
    texts = [text for entry in faq() for text in (entry.answer, entry.question, *entry.variants)]
    for name in ("transcripts_en.csv", "transcripts_zh.csv", "replies.csv"):
        with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
            texts += [row["text"] for row in csv.DictReader(file)]
    return FactChecker([*texts, *extra, *(phrase for texts_ in PHRASES.values() for phrase in texts_.values())])


def turns_of(path: Path) -> list[TranscriptTurn]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if "system" not in row]
    lines = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [header, *rows])
    return read_transcripts(lines.encode("utf-8"), path.name)[0]


def from_transcripts(turns: Sequence[TranscriptTurn], count: int, seed: int = 3) -> list[Situation]:
    """Situations in which an agent replied; agents' replies elsewhere serve as the knowledge base."""
    grouped: dict[str, list[TranscriptTurn]] = {}
    for turn in turns:
        grouped.setdefault(turn.conversation_id, []).append(turn)
    pairs = [
        (members, at)
        for members in grouped.values()
        for at in range(1, len(members))
        if members[at].speaker is not Role.CUSTOMER and members[at - 1].speaker is Role.CUSTOMER
    ]
    entries = [
        FaqEntry(f"said-{n}", members[at - 1].text, members[at].text, lang=language(members[at].text))
        for n, (members, at) in enumerate(pairs)
    ]
    known = Knowledge([entry for entry in entries if any(sign.isdigit() for sign in entry.answer)] or entries)
    random.Random(seed).shuffle(pairs)
    found = []
    for members, at in pairs[:count]:
        history = tuple(
            Message(Role.CUSTOMER if turn.speaker is Role.CUSTOMER else Role.AGENT, turn.text)
            for turn in members[max(0, at - 6) : at]
        )
        lang = language(history[-1].text)
        found.append(Situation(history, known.hits(history[-1].text, lang), lang))
    return found


def from_shop(count: int, seed: int = 3) -> list[Situation]:
    """Situations of the sample shop: phrasings of the FAQ with their hits, and the turns of agents in transcripts."""
    known, rng = Knowledge(faq()), random.Random(seed)
    asked = [(text, entry.lang) for entry in faq() for text in (entry.question, *entry.variants)]
    rng.shuffle(asked)
    found = [
        Situation((Message(Role.CUSTOMER, text),), known.hits(text, lang) if n % 4 else (), lang, NAMES)
        for n, (text, lang) in enumerate(asked[: count * 3 // 4])
    ]
    turns = [t for name in ("transcripts_en.csv", "transcripts_zh.csv") for t in turns_of(DATA / name)]
    for one in from_transcripts(turns, count - len(found), seed):
        found.append(Situation(one.history, known.hits(one.history[-1].text, one.lang), one.lang, NAMES))
    return found


def adversarial() -> Iterator[tuple[str, Situation]]:
    """The kind of each adversarial prompt, and its situation with the retrieved hits."""
    known = Knowledge(faq())
    with (QUESTIONS / "adversarial.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            history = (Message(Role.CUSTOMER, row["text"]),)
            yield row["kind"], Situation(history, known.hits(row["text"], row["lang"]), row["lang"], NAMES)


@dataclass(frozen=True)
class Asked:
    """A question with the entry that answers it among the hits."""

    situation: Situation
    entry: FaqEntry


def answerable(count: int = 100) -> list[Asked]:
    """Questions in a variant phrasing, half of them Chinese, each with its entry ranked before another one."""
    rng = random.Random(11)
    known = Knowledge(faq())
    found = []
    for lang in ("en", "zh"):
        entries = [entry for entry in faq() if entry.lang == lang and entry.variants]
        for n, entry in enumerate(rng.sample(entries, count // 2)):
            text = entry.variants[n % len(entry.variants)]
            others = [hit for hit in known.hits(text, lang, 3) if hit.entry.id != entry.id][:1]
            hits = (FaqHit(entry, 0.8), *(FaqHit(hit.entry, 0.6) for hit in others))
            found.append(Asked(Situation((Message(Role.CUSTOMER, text),), hits, lang, NAMES), entry))
    return found


def answers(asked: Asked, inner: Gpt2Generator, judge: GroundingGuard) -> bool:
    """Whether the reply is complete, has at least half of the entry's words, one of its numerals and no others.

    For Chinese, character pairs count as words; the numeral is required only if the entry has any. A complete reply
    ends with a punctuation mark.
    """
    text, _ = say(GuardedGenerator(inner, judge), asked.situation)
    answer = asked.entry.answer
    check = FactChecker()
    numbers = [set(re.findall(r"\d+(?:\.\d+)?", one)) for one in (text, answer)]
    states = not numbers[1] or bool(numbers[0] & numbers[1])
    whole = text.rstrip(' "”）)').endswith((".", "!", "?", "。", "！", "？"))
    return whole and states and check.share(answer, [text]) >= _HALF and check.share(text, [answer]) >= _HALF


def say(generator: GuardedGenerator, situation: Situation) -> tuple[str, str]:
    """The text the customer reads, and the rule that stopped the generator, empty for none."""
    said = ""
    try:
        for piece in generator.stream(situation.history, situation.hits, lang=situation.lang):
            said += piece.text
    except UngroundedReply as refused:
        kept = (said + refused.instead).strip()
        usable = kept and (refused.instead or refused.enough or refused.rule in ("unrelated", "unsure", "language"))
        return (kept if usable else PHRASES["no_match"][situation.lang]), refused.rule
    return said, ""


def without_small_talk(text: str) -> str:
    """The text without sentences that are the team's own small talk word for word, which need no source."""
    with (DATA / "replies.csv").open(encoding="utf-8-sig", newline="") as file:
        hand_written = [row["text"] for row in csv.DictReader(file)]
    replies = [*hand_written, *(reply for lang in ("en", "zh") for reply in _talk()[lang])]
    known = {one.strip() for reply in replies for one in (reply, *sentences(reply))}
    return "".join(one for one in sentences(text) if one.strip() not in known)


@cache
def _talk() -> dict[str, list[str]]:
    return {lang: guard().small_talk(lang).texts for lang in ("en", "zh")}


def count(
    situations: Sequence[Situation], inner: Gpt2Generator, judge: GroundingGuard, check: FactChecker
) -> tuple[Count, Count]:
    """Count inventions (without, with) the guard. A customer's words are no source, except names and order numbers."""
    without, guarded = Count(), Count()
    generator = GuardedGenerator(inner, judge)
    for one in situations:
        said = [message.text for message in one.history if message.role is Role.CUSTOMER]
        names = (*one.names, *said)
        raw = text_of(inner.stream(one.history, one.hits, lang=one.lang))
        text, rule = say(generator, one)
        without.add(raw, check.invented(without_small_talk(raw), one.sources, names), check.leaks(raw))
        guarded.add(text, check.invented(without_small_talk(text), one.sources, names), check.leaks(text))
        guarded.rules[rule] = guarded.rules.get(rule, 0) + 1
    return without, guarded
