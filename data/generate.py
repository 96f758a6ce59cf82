"""Varies the hand-written transcripts, FAQ and small talk of this directory into many conversations.

    python data/generate.py --seed 7 --count 3000 --out varied.csv

The standard library only. Equal seed, count and input give an equal file. No fact is changed: what an agent says is a
hand-written turn, an FAQ answer or a reply of replies.csv, word for word; only order numbers are exchanged, and then
throughout their conversation.

Every hand-written conversation, FAQ entry and utterance belongs to one of ten folds, and a conversation is made of one
fold only. Its id begins with the fold (`en-3#00017`), so that splitting by the part before `#` never puts two
conversations with a common origin on both sides.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDS = 10
LANGUAGES = ("en", "zh")
CUSTOMER, AGENT = "customer", "agent"
CHATTY = ("greeting", "thanks", "bot_identity", "small_talk", "compliment", "complaint", "talk_to_person", "oos")
ORDER = re.compile(r"\bHN-?\d{7}\b")
WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['’][^\W_]+)*|[^\w\s]")
LEAD_INS = {"en": ("", "", "", "Sure! ", "Of course. ", "Good question! "), "zh": ("", "", "", "您好，", "好的，")}

Turn = tuple[str, str]


@dataclass(frozen=True)
class Reply:
    """A hand-written reply to utterances of one intent that match a pattern; an empty pattern matches the rest."""

    intent: str
    pattern: str
    text: str


@dataclass(frozen=True)
class Material:
    """Everything of one language that conversations are made from; keys are folds."""

    conversations: dict[int, list[list[Turn]]]
    faq: dict[int, list[tuple[list[str], str]]]
    utterances: dict[int, dict[str, list[str]]]
    replies: list[Reply]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file and print the measures; returns the exit code."""
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description="Varies the sample shop's transcripts into many conversations.")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--count", type=int, default=3000, help="number of conversations, both languages together")
    parser.add_argument("--out", type=Path, required=True, help="CSV to write: conversation_id,turn,speaker,text")
    parser.add_argument("--data", type=Path, default=here, help="directory of the hand-written files")
    options = parser.parse_args(arguments)
    if options.count < 1:
        parser.error(f"--count is {options.count}; it must be 1 or more")
    conversations = generate(options.data, seed=options.seed, count=options.count)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["conversation_id", "turn", "speaker", "text"])
        for name, turns in conversations:
            writer.writerows([name, number, speaker, text] for number, (speaker, text) in enumerate(turns, start=1))
    print(json.dumps(measures(turns for _, turns in conversations), indent=2))
    return 0


def generate(data: Path, *, seed: int, count: int) -> list[tuple[str, list[Turn]]]:
    """`count` conversations as (id, turns), languages in turn."""
    rng = random.Random(seed)
    material = {lang: read_material(data, lang) for lang in LANGUAGES}
    made = []
    for number in range(count):
        lang = LANGUAGES[number % len(LANGUAGES)]
        fold = rng.randrange(FOLDS)
        recipe = rng.choices(RECIPES, weights=WEIGHTS)[0]
        turns = _vary_orders(recipe(material[lang], fold, lang, rng), rng)
        turns = [(who, _vary_customer(text, lang, rng) if who == CUSTOMER else text) for who, text in turns]
        made.append((f"{lang}-{fold}#{number:05d}", turns))
    return made


def read_material(data: Path, lang: str) -> Material:
    """Read the hand-written files of one language and deal them into folds."""
    grouped: dict[str, list[Turn]] = {}
    for row in _rows(data / f"transcripts_{lang}.csv"):
        grouped.setdefault(row["conversation_id"], []).append((row["speaker"], row["text"]))
    conversations: dict[int, list[list[Turn]]] = {fold: [] for fold in range(FOLDS)}
    for name, turns in grouped.items():
        conversations[fold_of(name)].append(turns)
    faq: dict[int, list[tuple[list[str], str]]] = {fold: [] for fold in range(FOLDS)}
    for row in _rows(data / f"faq_{lang}.csv"):
        phrasings = [row["question"], *(variant for variant in row["variants"].split("|") if variant.strip())]
        faq[fold_of(row["id"])].append((phrasings, row["answer"]))
    utterances: dict[int, dict[str, list[str]]] = {fold: {} for fold in range(FOLDS)}
    for row in _rows(data / f"utterances_{lang}.csv"):
        if row["intent"] in (*CHATTY, "goodbye"):
            utterances[fold_of(row["text"])].setdefault(row["intent"], []).append(row["text"])
    replies = [Reply(r["intent"], r["match"], r["text"]) for r in _rows(data / "replies.csv") if r["lang"] == lang]
    return Material(conversations, faq, utterances, replies)


def fold_of(name: str) -> int:
    """The fold a hand-written item belongs to; does not change when items are added."""
    return hashlib.sha256(name.encode()).digest()[0] % FOLDS


def reply_to(utterance: str, intent: str, replies: Sequence[Reply], rng: random.Random) -> str:
    """A fitting hand-written reply: of the first pattern that matches the utterance."""
    for reply in replies:
        if reply.intent == intent and re.search(reply.pattern, utterance, re.IGNORECASE):
            return rng.choice([r.text for r in replies if (r.intent, r.pattern) == (intent, reply.pattern)])
    raise ValueError(f"replies.csv has no reply for the intent {intent!r}")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _exchange(intent: str, material: Material, fold: int, rng: random.Random) -> list[Turn]:
    """One utterance of the intent with its reply; empty when the fold has none."""
    utterances = material.utterances[fold].get(intent)
    if not utterances:
        return []
    utterance = rng.choice(utterances)
    return [(CUSTOMER, utterance), (AGENT, reply_to(utterance, intent, material.replies, rng))]


def _varied_transcript(material: Material, fold: int, lang: str, rng: random.Random) -> list[Turn]:
    turns = list(rng.choice(material.conversations[fold]))
    return _framed(turns, material, fold, rng, chance=0.3)


def _faq_chain(material: Material, fold: int, lang: str, rng: random.Random) -> list[Turn]:
    entries = material.faq[fold]
    turns: list[Turn] = []
    for phrasings, answer in rng.sample(entries, min(len(entries), rng.randint(1, 3))):
        lead = rng.choice(LEAD_INS[lang]) if not turns else ""
        turns += [(CUSTOMER, rng.choice(phrasings)), (AGENT, lead + answer)]
    return _framed(turns, material, fold, rng, chance=0.5)


def _recombined(material: Material, fold: int, lang: str, rng: random.Random) -> list[Turn]:
    """The opening of one transcript, continued by an exchange of the FAQ and the opening of another."""
    first, second = rng.choice(material.conversations[fold]), rng.choice(material.conversations[fold])
    turns = _opening(first, rng)
    if rng.random() < 0.5:
        phrasings, answer = rng.choice(material.faq[fold])
        turns += [(CUSTOMER, rng.choice(phrasings)), (AGENT, answer)]
    if second is not first:
        turns += _opening(second, rng)
    return _framed(turns, material, fold, rng, chance=0.4)


def _opening(turns: Sequence[Turn], rng: random.Random) -> list[Turn]:
    """The first whole exchanges of a conversation: cut after an agent's turn, so that nothing loses its answer."""
    cuts = [n for n, (who, _) in enumerate(turns, start=1) if who == AGENT]
    return list(turns[: rng.choice(cuts[:3])]) if cuts else list(turns)


def _small_talk(material: Material, fold: int, lang: str, rng: random.Random) -> list[Turn]:
    turns: list[Turn] = []
    for intent in rng.sample(CHATTY, rng.randint(1, 4)):
        turns += _exchange(intent, material, fold, rng)
    if not turns or rng.random() < 0.4:
        phrasings, answer = rng.choice(material.faq[fold])
        turns += [(CUSTOMER, rng.choice(phrasings)), (AGENT, answer)]
    return _framed(turns, material, fold, rng, chance=0.3)


def _framed(turns: list[Turn], material: Material, fold: int, rng: random.Random, *, chance: float) -> list[Turn]:
    """Sometimes a greeting before and a thank-you or goodbye after."""
    before = _exchange("greeting", material, fold, rng) if rng.random() < chance else []
    after = _exchange(rng.choice(("thanks", "goodbye")), material, fold, rng) if rng.random() < chance else []
    return before + turns + after


Recipe = Callable[[Material, int, str, random.Random], list[Turn]]
RECIPES: tuple[Recipe, ...] = (_varied_transcript, _faq_chain, _recombined, _small_talk)
WEIGHTS = (0.35, 0.2, 0.15, 0.3)


def _vary_orders(turns: Sequence[Turn], rng: random.Random) -> list[Turn]:
    """Other order numbers, the same one for the same one throughout."""
    numbers: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        return numbers.setdefault(match.group(), f"HN{rng.randint(1_000_000, 9_999_999)}")

    return [(who, ORDER.sub(other, text)) for who, text in turns]


def _vary_customer(text: str, lang: str, rng: random.Random) -> str:
    """What people do while typing: case, missing marks, a slip of the finger. Numbers stay as they are."""
    if rng.random() < 0.2:
        text = text[:1].lower() + text[1:] if not text[:2].isupper() else text
    if rng.random() < 0.2:
        text = text.rstrip(".!?。！？") or text
    if lang == "zh" and rng.random() < 0.15:
        text = text.replace("，", " ", 1)
    if lang == "en" and rng.random() < 0.2:
        words = text.split(" ")
        places = [n for n, word in enumerate(words) if len(word) > 3 and word.isalpha()]
        if places:
            place = rng.choice(places)
            words[place] = _slip(words[place], rng)
            text = " ".join(words)
    return text


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )


def measures(conversations: Iterable[Sequence[Turn]]) -> dict[str, float]:
    """Distinct-1 and distinct-2 (Li et al., 2016, arXiv:1510.03055) by speaker, and the share of exact duplicates."""
    every = [tuple(turns) for turns in conversations]
    result: dict[str, float] = {"conversations": len(every), "turns": sum(len(turns) for turns in every)}
    for speaker in (CUSTOMER, AGENT):
        texts = [text for turns in every for who, text in turns if who == speaker]
        for n in (1, 2):
            grams: Counter[tuple[str, ...]] = Counter()
            for text in texts:
                words = WORD.findall(text.lower())
                grams.update(zip(*(words[k:] for k in range(n)), strict=False))
            result[f"{speaker}_distinct_{n}"] = round(len(grams) / max(1, grams.total()), 4)
    result["duplicate_share"] = round(1 - len(set(every)) / max(1, len(every)), 4)
    return result


if __name__ == "__main__":
    sys.exit(main())
