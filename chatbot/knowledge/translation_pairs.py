"""Finds English and Chinese entries that translate each other: by their ids, by meaning, or by the facts they share.

Ids that differ only in the language make a pair. Other entries are paired if each is the other's nearest and clearly
nearer than the next: by the cosines of questions and answers, centred by language, if the encoder supports both
languages; otherwise by rare numbers, rare Latin words and the intent that they share.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.domain import FaqEntry
from chatbot.facts.extraction import facts
from chatbot.types import Encode, Vectors
from chatbot.vectors.centring import centred

if TYPE_CHECKING:
    from numpy.typing import NDArray


_LANGUAGE_PART = re.compile(r"(?:^|(?<=[-_.:/]))(?:en|zh|cn)(?=$|[-_.:/])", re.IGNORECASE)
_LATIN = re.compile(r"[a-z][a-z0-9]{2,}")
_PROBES = (
    ("Where is my parcel?", "我的包裹到哪里了？"),
    ("I forgot my password.", "我忘记密码了。"),
    ("The lamp arrived broken.", "台灯收到时是坏的。"),
    ("Do you have a shop in town?", "你们在市区有门店吗？"),
    ("Can I pay by bank transfer?", "可以银行转账付款吗？"),
    ("Please cancel my subscription.", "请取消我的订阅。"),
    ("How do I clean the table?", "桌子怎么清洁？"),
    ("I need an invoice.", "我需要发票。"),
)
MOST_WRONG = 1
"""An encoder supports both languages if it mismatches at most this many of these translations."""
BLOCK = 512


@dataclass(frozen=True, slots=True)
class Nearness:
    """Minimum similarity of two entries, and minimum margin over each one's second nearest."""

    least: float
    margin: float


BY_MEANING = Nearness(0.3, 0.025)
"""Mean of two centred cosines."""
BY_FACTS = Nearness(0.8, 0.2)
"""Weight of what is shared over that of the union, plus INTENT if the intent is the same."""
INTENT = 0.5


@dataclass(frozen=True, slots=True)
class LanguagePair:
    """Two entries that translate each other; `closeness` is 1 if their ids match, else lower."""

    english: FaqEntry
    chinese: FaqEntry
    closeness: float


def language_pairs(entries: Sequence[FaqEntry], encode: Encode) -> Iterator[LanguagePair]:
    """Every pair found, with each entry in at most one; `encode` gives unit vectors of shape (n, dimension)."""
    families: dict[str, dict[str, FaqEntry]] = defaultdict(dict)
    for entry in entries:
        shared = _LANGUAGE_PART.sub("*", entry.id)
        if shared != entry.id:
            families[shared].setdefault(entry.lang, entry)
    paired: set[str] = set()
    for family in families.values():
        if {"en", "zh"} <= set(family):
            paired |= {family["en"].id, family["zh"].id}
            yield LanguagePair(family["en"], family["zh"], 1.0)
    english, chinese = ([e for e in entries if e.lang == lang and e.id not in paired] for lang in ("en", "zh"))
    if not english or not chinese:
        return
    if knows_both(encode):
        rows, columns = (_meaning(side, encode) for side in (english, chinese))
        blocks: Blocks = lambda start: np.asarray(rows[start : start + BLOCK] @ columns.T / 2)  # noqa: E731
        wanted = BY_MEANING
    else:
        blocks, wanted = _fact_blocks(english, chinese), BY_FACTS
    for row, column, closeness in _mutual(blocks, len(english), len(chinese), wanted):
        yield LanguagePair(english[row], chinese[column], min(0.99, closeness))


def knows_both(encode: Encode) -> bool:
    """Whether an encoder gives English and Chinese sentences with the same meaning similar vectors."""
    english, chinese = (centred(encode([pair[side] for pair in _PROBES])) for side in (0, 1))
    right = (english @ chinese.T).argmax(axis=1) == np.arange(len(_PROBES))
    return int((~right).sum()) <= MOST_WRONG


Blocks = Callable[[int], "NDArray[np.floating[Any]]"]
"""Given the number of the first row, the scores of BLOCK rows with every column."""


def _mutual(blocks: Blocks, rows: int, columns: int, wanted: Nearness) -> Iterator[tuple[int, int, float]]:
    """Row, column and score of pairs that are mutually nearest with sufficient margin."""
    best = np.full((2, columns), -np.inf, dtype=np.float32)  # the best and second-best score of each column
    of_column = np.full(columns, -1)
    found: list[tuple[int, int, float, float]] = []
    for start in range(0, rows, BLOCK):
        scores = blocks(start)
        for offset, line in enumerate(scores):
            column = int(line.argmax())
            second = float(np.partition(line, -2)[-2]) if columns > 1 else -np.inf
            found.append((start + offset, column, float(line[column]), second))
            better = line > best[0]
            best[1] = np.where(better, best[0], np.maximum(best[1], line))
            best[0] = np.where(better, line, best[0])
            of_column[better] = start + offset
    for row, column, score, second in found:
        clear = score - max(second, float(best[1, column])) >= wanted.margin
        if of_column[column] == row and score >= wanted.least and clear:
            yield row, column, score


def _meaning(entries: Sequence[FaqEntry], encode: Encode) -> Vectors:
    """Questions and answers, each centred by language, concatenated: products are sums of two cosines."""
    parts = [centred(encode([getattr(entry, name) for entry in entries])) for name in ("question", "answer")]
    return np.concatenate(parts, axis=1)


def _fact_blocks(english: Sequence[FaqEntry], chinese: Sequence[FaqEntry]) -> Blocks:
    from scipy.sparse import csr_matrix

    sides = [[_marks(entry) for entry in side] for side in (english, chinese)]
    counts = [Counter(mark for marks in side for mark in marks) for side in sides]
    shared = sorted(counts[0].keys() & counts[1].keys())
    place = {mark: at for at, mark in enumerate(shared)}
    rarest = [min(len(side) / count[mark] for side, count in zip(sides, counts, strict=True)) for mark in shared]
    weight = np.log1p(np.array(rarest))
    matrices, sizes = [], []
    for side, count in zip(sides, counts, strict=True):
        rows = [(row, place[mark]) for row, marks in enumerate(side) for mark in marks if mark in place]
        at = np.array(rows, dtype=np.int64).reshape(-1, 2)
        matrices.append(csr_matrix((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(side), max(1, len(shared)))))
        own = [1 + sum(math.log(1 + len(side) / count[mark]) for mark in marks if mark[0] == "fact") for marks in side]
        sizes.append(np.sqrt(np.array(own)))
    weighted = matrices[0].multiply(weight) if shared else matrices[0]
    intents = [np.array([entry.intent or "" for entry in side]) for side in (english, chinese)]

    def block(start: int) -> NDArray[np.floating[Any]]:
        rows = slice(start, start + BLOCK)
        common = (weighted.tocsr()[rows] @ matrices[1].T).toarray()
        same = (intents[0][rows, None] == intents[1][None]) & (intents[0][rows, None] != "")
        scores = common / sizes[0][rows, None] / sizes[1][None] + INTENT * same
        return np.asarray(scores, dtype=np.float32)

    return block


def _marks(entry: FaqEntry) -> set[tuple[str, str]]:
    """The values of an answer's facts, and the Latin words of question and answer."""
    values = {("fact", bare(fact.value)) for fact in facts(entry.answer)}
    return values | {("word", word) for word in _LATIN.findall(f"{entry.question} {entry.answer}".casefold())}


def bare(value: str) -> str:
    """A number without trailing zeros after its decimal point."""
    return value.rstrip("0").rstrip(".") if "." in value else value
