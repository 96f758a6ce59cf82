"""Counts statements of a reply that its sources do not support, independently of the guard and by another method.

Where the guard parses facts, this checks everything that could carry one: numerals with the unit beside them,
addresses, capitalised words, pairs of Chinese characters that ordinary language does not use, words of promise, and
each "no" and "not" with the words around it. When in doubt it counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ADDRESS = re.compile(
    r"[\w.+-]+@[\w.-]+|(?:https?://|www\.)\S+|\b[a-z0-9-]+\.(?:com|net|org|cn|sg|io|example|co|shop)\b\S*"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’]*")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_ENDS = '.!?。！？:：\n“"「『(（*•-–>'
_HUMAN = re.compile(r"\bi(?:'m| am) (?:a )?(?:real )?(?:human|person)\b|我是真人|我是人工客服|我不是机器人", re.I)
_MARK = re.compile(r"<\||\|>|\[inst\]|system prompt|系统提示", re.I)

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_HAN_ONES = "零一二三四五六七八九"
_UNIT_WORDS = {
    "day": "day days 天 日", "workday": "working business 工作日", "week": "week weeks 周 星期 礼拜",
    "month": "month months 个月",
    "year": "year years 年", "hour": "hour hours 小时 钟头", "minute": "minute minutes 分钟", "%": "% percent 百分",
    "money": "$ dollar dollars sgd usd eur € £ ¥ 元 块 新元 美元",
}  # fmt: skip
_UNITS = {word: unit for unit, written in _UNIT_WORDS.items() for word in written.split()}
_UNIT = re.compile("|".join(sorted((re.escape(w) for w in _UNITS), key=len, reverse=True)))
_VAGUE = re.compile(r"(?:\b(?:few|couple of|several)\s+|几个?)([a-z]+|小时|天|周|分钟)")
_PROMISES = tuple(
    tuple(group.split("/"))
    for group in (
        "refund/reimburs/money back/退款/退还/退回/包退/可以退/能退",
        "free /for free/complimentary/no charge/free of/免费/免运费/包邮/免",
        "discount/voucher/coupon/% off/promo/sale/折扣/打折/优惠/折",
        "guarantee/warrant/promise/保证/承诺/保修",
        "compensat/赔偿/赔付/补偿",
        "replac/exchange/resend/换货/退换/更换/补发/补寄",
        "gift/礼",
        "cancel/取消",
        "has been/have been/is booked/is confirmed/is placed/was successful/i have booked/i've/成功/已经为您/已为您",
        "will send/'ll send/will call/'ll call/发送给您/给您回电",
    )
)
_SAME_IN_SOURCES = {"refund": ("退",)}
_DENY = re.compile(
    r"\b(?:no|not|never|cannot|unable|impossible|none|neither|without)\b|n['’]t\b"
    r"|不[能可会再得予包收送退换卖是给]|不支持|不接受|不提供|不允许|不含|无法|没法|没有|禁止|恕不|概不|谢绝|并非"
)
_OWN_DENIALS = re.compile(
    r"\bi\b[^.,!?]{0,14}$|\b(?:if|whether|when)\b[^.,!?]{0,30}$|\b(?:please do|why|or|sure)\s*$"
    r"|如果[^，。]*$|我[^，。]{0,4}$|[会能]$|是$"
)
"""Text before a denial that is about the speaker, hypothetical or a question: "I can't", "if you do not", 是不是."""
_MANNERS = re.compile(
    r"^\s*(?:problem|worr|trouble|sure|certain|doubt|hurry|hesitate|forget|mind|only|a? ?(?:human|person)|yet|name)"
    r"|^(?:自己的)?(?:问题|关系|名字|年龄|感情|爱好|别的|其他|查到|找到|真人|信息)"
)
_NEAR_EN, _NEAR_HAN = 36, 8
"""Characters on either side of a denial that are searched for its topic."""
_SENTENCE, _MOST = 200, 0.6
_LEFT_OUT = 12
"""Characters of a source that may be left out between two characters of a pair."""
_LITTLE_WORDS = "that this there with have been will would could your from they them also just very what does sorry"
_LITTLE = frozenset(_LITTLE_WORDS.split())
_FREQUENT = 300
"""Number of most frequent Chinese characters treated as grammar and small talk; names consist of the others."""
_NUMERALS = frozenset("零一二三四五六七八九十百千两半几")


class FactChecker:
    """Checks replies against sources. `ordinary` are texts whose words are ordinary language, not names."""

    def __init__(self, ordinary: Iterable[str] = ()) -> None:
        texts = [_plain(text) for text in ordinary]
        self._small = Counter(word for text in texts for word in set(_LATIN.findall(text)) if word.islower())
        self._pairs = Counter(pair for text in texts for pair in set(_pairs(text)))
        signs = Counter(sign for text in texts for run in _HAN_RUN.findall(text) for sign in run)
        self._frequent = {sign for sign, _ in signs.most_common(_FREQUENT)} | _NUMERALS

    def invented(self, reply: str, sources: Sequence[str], names: Sequence[str] = ()) -> list[str]:
        """The statements of the reply beyond its sources, as "kind: text". `names` are allowed without a source."""
        plain, given = _plain(reply), [_plain(text) for text in sources]
        whole = "\n".join([*given, *(_plain(name) for name in names)])
        low = whole.casefold()
        found = [f"number: {value} {unit}".strip() for value, unit in _numbers(plain) if not _has(given, value, unit)]
        found += [f"address: {one}" for one in _ADDRESS.findall(plain.casefold()) if one.strip(".,)") not in low]
        found += [f"name: {word}" for word in self._capitals(plain) if word.casefold().removesuffix("'s") not in low]
        found += [f"name: {pair}" for pair in self._strange(plain) if not _has_split_pair(pair, whole)]
        promised, stated = plain.casefold() + " ", "\n".join(given).casefold() + " "
        for group in _PROMISES:
            if any(word in promised for word in group) and not any(
                word in stated for word in (*group, *_SAME_IN_SOURCES.get(group[0], ()))
            ):
                found.append(f"promise: {group[0]}")
        found += [f"denial: {words}" for words, matter in _denials(plain) if not _denied(matter, given)]
        return list(dict.fromkeys(found))

    def leaks(self, reply: str) -> list[str]:
        """Control tokens, parts of the instructions, and claims to be human."""
        return [match.group() for pattern in (_HUMAN, _MARK) if (match := pattern.search(_plain(reply)))]

    def share(self, reply: str, sources: Sequence[str]) -> float:
        """The share of the words (Latin) and character pairs (Chinese) of a reply that occur in the sources, 0 to 1."""
        own = set(_LATIN.findall(_plain(reply).casefold())) | set(_pairs(_plain(reply)))
        whole = _plain("\n".join(sources)).casefold()
        given = set(_LATIN.findall(whole)) | set(_pairs(whole))
        return len(own & given) / len(own) if own else 1.0

    def _capitals(self, text: str) -> list[str]:
        found = []
        for match in _LATIN.finditer(text):
            word = match.group().replace("’", "'")
            before = text[: match.start()].rstrip()
            starts = not before or before[-1] in _ENDS
            ordinary = self._small[word.casefold()] or self._small[word.casefold().removesuffix("s")]
            if (
                word[0].isupper()
                and word not in {"I", "I'm", "I'll", "I've", "I'd", "OK"}
                and not (starts and ordinary)
            ):
                found.append(word)
        return found

    def _strange(self, text: str) -> list[str]:
        """Pairs of rare characters that do not occur in ordinary texts."""
        return [pair for pair in _pairs(text) if not self._pairs[pair] and not set(pair) & self._frequent]


def _denials(text: str) -> list[tuple[str, set[str]]]:
    """Each denial with its topic: the longer Latin words and pairs of Chinese characters near it."""
    found = []
    for match in _DENY.finditer(text.casefold()):
        start, end = match.span()
        if _OWN_DENIALS.search(text[:start].casefold()) or _MANNERS.search(text[end:].casefold()):
            continue
        left, right = _sides(text, match, _near(match))
        matter = _matter(left, right)
        if matter and not re.match(r"\s*[?？吗]", text[end + len(right) :]) and not right.rstrip().endswith("吗"):
            found.append((f"{left}{match.group()}{right}".strip(), matter))
    return found


def _has_split_pair(pair: str, text: str) -> bool:
    """Whether a text has both characters of a pair in this order with few between them, as if words were left out."""
    return re.search(rf"{pair[0]}[^.!?。！？\n]{{0,{_LEFT_OUT}}}{pair[1]}", text) is not None


def _denied(matter: set[str], sources: Sequence[str]) -> bool:
    """Whether a source denies something about the same topic.

    Required are two words or pairs of the topic (or its only one) near a denial of the source, or most of them in the
    same sentence.
    """
    return any(
        len(matter & near) >= min(2, len(matter)) or len(matter & sentence) >= _MOST * len(matter)
        for text in sources
        for near, sentence in _denials_of_source(text)
    )


@cache
def _denials_of_source(text: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """The words near each denial of a source and those of its sentence; "we" in a source is not first-person talk."""
    found = []
    for match in _DENY.finditer(text.casefold()):
        sides = [_sides(text, match, near) for near in (_near(match), _SENTENCE)]
        found.append((frozenset(_matter(*sides[0])), frozenset(_matter(*sides[1]))))
    return tuple(found)


def _near(match: re.Match[str]) -> int:
    return _NEAR_EN if match.group().isascii() else _NEAR_HAN


def _sides(text: str, match: re.Match[str], near: int) -> tuple[str, str]:
    """The text before and after a denial within its sentence, at most `near` characters on each side."""
    start, end = match.span()
    left = re.split(r"[.!?。！？\n]", text[max(0, start - near) : start])[-1]
    return left, re.split(r"[.!?。！？\n]", text[end : end + near])[0]


def _matter(left: str, right: str) -> set[str]:
    """Longer Latin words and pairs of Chinese characters."""
    words = {w for w in _LATIN.findall(f"{left} {right}".casefold()) if len(w) > 3 and w not in _LITTLE}
    return words | set(_pairs(left)) | set(_pairs(right))


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")


def _pairs(text: str) -> list[str]:
    return [run[at : at + 2] for run in _HAN_RUN.findall(text) for at in range(len(run) - 1)]


def _numbers(text: str) -> list[tuple[str, str]]:
    """Every numeral with the unit next to it, empty if there is none."""
    low = text.casefold()
    found = []
    found += [("few", _UNITS[match.group(1)]) for match in _VAGUE.finditer(low) if match.group(1) in _UNITS]
    for start, end, value in _numerals(low):
        after = _UNIT.match(low[end:].lstrip(" -"))
        before = re.search(r"(?:[$€£¥]|百分之)\s*$", low[:start])
        unit = "money" if before and before.group()[0] in "$€£¥" else "%" if before else ""
        found.append((value, unit or (_UNITS[after.group()] if after else "")))
    return found


def _numerals(low: str) -> list[tuple[int, int, str]]:
    found = [(m.start(), m.end(), _value(m.group())) for m in _DIGITS.finditer(low)]
    for match in re.finditer(r"[a-z]+(?:-[a-z]+)?", low):
        value = _spelled().get(match.group())
        counts = re.match(r"[\s-]+(?:[a-z]+\s+)?(?:" + _UNIT.pattern + ")", low[match.end() :])
        if value is not None and counts:
            found.append((match.start(), match.end(), value))
    for match in re.finditer(r"\ban? (?=(?:working )?(?:day|week|month|year|hour)\b)", low):
        found.append((match.start(), match.end(), "1"))
    for match in re.finditer(r"[零一二两三四五六七八九十百]+", low):
        value = _han().get(match.group())
        counts = re.match(r"\s*(?:个工作日|个月|" + _UNIT.pattern + ")", low[match.end() :])
        one_day = match.group() == "一" and not re.match(r"个?(?:工作日|周|星期|个月|年|小时)", low[match.end() :])
        if value is not None and counts and not one_day:
            found.append((match.start(), match.end(), value))
    return found


def _has(sources: Sequence[str], value: str, unit: str) -> bool:
    """Whether a source has the numeral, with the same unit if it has one; the unit of a range applies to both ends."""
    for text in sources:
        known = _numbers(text)
        if any(one == value and (not unit or unit in (other, "")) for one, other in known):
            return True
        # "2 to 4 working days": the first number has no unit of its own.
        if unit and any(a == (value, "") and b[1] == unit for a, b in pairwise(known)):
            return True
    return False


def _value(written: str) -> str:
    bare = written.replace(",", "")
    return (bare.rstrip("0").rstrip(".") if "." in bare else bare.lstrip("0")) or "0"


@cache
def _spelled() -> dict[str, str]:
    ones = _ONES.split()
    table = dict(zip(ones, map(str, range(20)), strict=True))
    for tens, word in enumerate(_TENS.split(), start=2):
        table[word] = str(10 * tens)
        table |= {f"{word}-{ones[one]}": str(10 * tens + one) for one in range(1, 10)}
    return table


@cache
def _han() -> dict[str, str]:
    """Every way to write 0 to 999 with these characters, as a complete table."""
    table = {}
    for value in range(1000):
        hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
        text = f"{_HAN_ONES[hundreds]}百" if hundreds else ""
        if tens:
            text += ("" if tens == 1 and not hundreds else _HAN_ONES[tens]) + "十"
        elif hundreds and ones:
            text += "零"
        text += _HAN_ONES[ones] if ones or not text else ""
        table[text] = str(value)
    return table | {"两": "2", "两百": "200"}
