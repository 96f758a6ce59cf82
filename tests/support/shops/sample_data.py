"""The files of the sample shop as rows, and the facts stated in a text."""

from __future__ import annotations

import csv
import functools
import re
from decimal import Decimal

from chatbot.domain import Route
from support.paths import DATA, QUESTIONS

LANGUAGES = ("en", "zh")
COLUMNS = {
    "faq_en.csv": ["id", "question", "answer", "variants", "intent", "lang", "tags"],
    "faq_zh.csv": ["id", "question", "answer", "variants", "intent", "lang", "tags"],
    "intents.csv": ["intent", "route", "description"],
    "replies.csv": ["intent", "lang", "match", "text"],
    "transcripts_en.csv": ["conversation_id", "turn", "speaker", "text"],
    "transcripts_zh.csv": ["conversation_id", "turn", "speaker", "text"],
    "utterances_en.csv": ["text", "intent", "lang"],
    "utterances_zh.csv": ["text", "intent", "lang"],
}
MAY_BE_EMPTY = {("replies.csv", "match")}

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
MONTH = re.compile(rf"(?<=\d )(?:{'|'.join(MONTHS)})\b|\b(?:{'|'.join(MONTHS)})(?= \d)")
ORDER_NUMBER = re.compile(r"HN-?(\d{7})", re.I)
FACT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # e-mail
    r"|(?:https?://)?[\w-]+(?:\.[\w-]+)*\.(?:example|com|org|net|sg)\b(?:/[\w/-]+)*"  # web
    r"|\d+ [A-Z]\w+(?: [A-Z]\w+)* (?:Walk|Lane|Road|Street)"
    r"|#\d\d-\d\d"  # unit of a building
    r"|\d{1,2}:\d\d"
    r"|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?",
    re.A,
)


@functools.cache
def rows(file: str) -> tuple[dict[str, str], ...]:
    with (DATA / file).open(encoding="utf-8", newline="") as opened:
        return tuple(csv.DictReader(opened, strict=True))


def question_rows(file: str) -> tuple[dict[str, str], ...]:
    """Questions that occur nowhere in the shop's own files."""
    with (QUESTIONS / file).open(encoding="utf-8", newline="") as opened:
        return tuple(csv.DictReader(opened, strict=True))


def facts(text: str) -> set[str]:
    """The facts of a text in normalised notation: `S$6.90` and `6.90 新元` are 6.9, `15 June` is 15 and 6."""
    plain = MONTH.sub(lambda found: str(MONTHS.index(found.group()) + 1), text)
    return {_one_spelling(found) for found in FACT.findall(plain)}


def _one_spelling(fact: str) -> str:
    if not re.fullmatch(r"[\d.,]+", fact):
        return fact.lower()
    return format(Decimal(fact.replace(",", "")).normalize(), "f")


def entries(lang: str) -> dict[str, dict[str, str]]:
    """FAQ rows of one language by the part of their id that both languages share."""
    return {row["id"].partition("-")[2]: row for row in rows(f"faq_{lang}.csv")}


def conversations(lang: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows(f"transcripts_{lang}.csv"):
        found.setdefault(row["conversation_id"], []).append(row)
    return found


def intents() -> dict[str, Route]:
    return {row["intent"]: Route(row["route"]) for row in rows("intents.csv")}
