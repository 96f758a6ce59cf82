"""Extracts facts from English and Chinese text: amounts, dates, times, durations, contacts, codes, names.

Deterministic; the standard library only.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from chatbot.facts import words
from chatbot.facts.numbers import digits_for_words
from chatbot.facts.runs import HAN, canonical, capitalised, runs, sentence_starts


class Fact(NamedTuple):
    """One fact in canonical form. `unit` is empty if there is none; `surface` is the fact as written."""

    kind: str
    value: str
    unit: str
    surface: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Equal for two ways of writing the same fact."""
        return self.kind, self.value, self.unit


def _any_of(names: object) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))  # type: ignore[call-overload]


_NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_MONTH = _any_of(words.MONTHS)
_UNIT = rf"(?:{_any_of(words.UNITS)})(?![A-Za-z])"
_MONEY_SIGN = rf"(?:{_any_of(words.CURRENCIES)})"
_MONEY = rf"{_MONEY_SIGN}(?![A-Za-z])"
_TO = r"\s*(?:to|and|or|-|–|—|~|至|到|或|和)\s*"
_TH = r"(?:st|nd|rd|th)?"
_STOP = rf"\s{HAN},;!?()<>\"'“”‘’，。；、（）"
_PART = "|".join(words.HAN_DAY_PARTS)
_I = re.IGNORECASE

_SPREAD = (
    # A range states its unit only once: copy it to both ends.
    (re.compile(rf"(?<![\d.:/-])(\d{{1,2}})({_TO})(\d{{1,2}}){_TH}\s+({_MONTH})\b", _I), r"\1 \4 \2 \3 \4"),
    (re.compile(rf"\b({_MONTH})\s+(\d{{1,2}})({_TO})(\d{{1,2}})(?![\d:.]|\s*(?:{_MONTH})\b)", _I), r"\1 \2 \3 \1 \4"),
    (re.compile(rf"(?<![\d.:/-])({_NUM})({_TO})({_NUM})\s*({_UNIT}|{_MONEY})", _I), r"\1 \4 \2 \3 \4"),
    (
        re.compile(rf"({_MONEY_SIGN})\s*({_NUM})({_TO})({_NUM})(?![\d:]|\s*-?\s*(?:{_UNIT}|{_MONEY}))", _I),
        r"\1\2 \3 \1\4",
    ),
)

_EMAIL = re.compile(rf"[^{_STOP}]*@[^{_STOP}]*")
_URL = re.compile(
    rf"(?:https?://|www\.)[^{_STOP}]+|(?<![\w@.$])[^\W\d_][\w-]*(?:\.[\w-]+)*\.[^\W\d_{HAN}]{{2,}}(?:/[^{_STOP}]*)?", _I
)
_ISO_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*[日号號])?(?!\d)")
_SHORT_DATE = re.compile(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?!\d)")
_HAN_DATE = re.compile(r"(?:(\d{4})\s*年\s*)?(\d{1,2})\s*月\s*(?:(\d{1,2})\s*[日号號])?")
_DAY_MONTH = re.compile(rf"(?<![\d.:])(\d{{1,2}}){_TH}\s+(?:of\s+)?({_MONTH})\b", _I)
_MONTH_DAY = re.compile(rf"\b({_MONTH})\.?\s+(\d{{1,2}}){_TH}(?![\d:.])", _I)
_MONTH_ALONE = re.compile(rf"(?<![A-Za-z])({_MONTH})(?![A-Za-z])", _I)
_HALF_DAY = r"(?:\s*(a\.?m\b\.?|p\.?m\b\.?))"
_CLOCK = re.compile(rf"(?:({_PART})\s*)?(?<![\d:])(\d{{1,2}}):(\d{{2}})(?::\d{{2}})?(?!\d){_HALF_DAY}?", _I)
_CLOCK_HALF = re.compile(rf"(?<![\d.])(\d{{1,2}})(?:\.(\d{{2}}))?{_HALF_DAY}", _I)
_CLOCK_WORD = re.compile(r"(?<![\d.])(\d{1,2})\s*o\s*['’]?\s*clock", _I)
_CLOCK_HAN = re.compile(rf"(?:({_PART})\s*)?(?<![\d.])(\d{{1,2}})\s*[点點时時](?!间)(?:\s*(\d{{1,2}})\s*分?|(半))?")
_NOON = re.compile(r"(?<![A-Za-z])(noon|midnight)(?![A-Za-z])", _I)
_PHONE = re.compile(r"\+\d{1,3}(?:[\s().-]*\d{2,4}){1,4}|(?<![\w.#-])\d{3,4}(?:[\s-]\d{3,4})+(?![\d:.]\d|\d)")
_CODE = re.compile(
    rf"(?<![A-Za-z0-9])(?!(?:{_any_of(c for c in words.CURRENCIES if c.isalpha() and c.isascii())})\s*\d)"
    r"[A-Za-z]{1,8}-?\d[A-Za-z0-9-]*|#\s?\d[\d-]*|(?<![\w.])\d+-?[A-Z]{1,2}(?![A-Za-z])",
    _I,
)
_LETTER = re.compile(
    r"(?<![A-Za-z])([A-Z])\s*(?=[型号區区座栋棟款码碼级級类類档檔])"
    r"|(?<![A-Za-z])(?i:type|size|class|grade|zone|model|block|level|gate|hall|plan)\s+([A-HJ-Z])(?![\w'’])"
)
"""A letter that is a value: "type G", "size L", G 型."""
_UNIT_TAIL = re.compile(rf"\d+-?(?:{_UNIT}|x|k|st|nd|rd|th)$", _I)
_MONEY_BEFORE = re.compile(rf"(?<![A-Za-z])({_MONEY_SIGN})\s*({_NUM})", _I)
_MONEY_AFTER = re.compile(rf"({_NUM})\s*({_MONEY})", _I)
_PERCENT_HAN = re.compile(rf"百分之\s*({_NUM})")
_QUANTITY = re.compile(rf"({_NUM})\s*-?\s*({_UNIT})", _I)
_NUMBER = re.compile(rf"(?:{_NUM})")
_FEW = rf"(?<![A-Za-z])(?:{'|'.join(words.VAGUE)})(?:\s+of)?\s+|[十百]?[{words.HAN_VAGUE}]\s*"
_VAGUE = re.compile(rf"(?:{_FEW})({_UNIT})", _I)
_NEXT = re.compile(rf"(?<![A-Za-z])next\s+({_UNIT})|下一?({_UNIT})", _I)
_RELATIVE = re.compile(rf"(?<![A-Za-z])(?:{_any_of(words.RELATIVE_DAYS)})(?![A-Za-z])", _I)
_WEEKDAY = re.compile(rf"(?<![A-Za-z])(?:{_any_of(words.WEEKDAYS)})(?![A-Za-z])", _I)
_HAN_WEEKDAY = re.compile(r"(?:周|週|星期|礼拜)([一二三四五六日天])(?!\s*个)")
_EITHER = re.compile(r"\d{1,3}\.\d{3}")
"""One thousand or one, depending on the country: supported only by the same notation."""
_AMBIGUOUS_MONTHS = frozenset({"may", "march", "mar"})
_AMBIGUOUS_DAYS = frozenset({"sun", "sat", "mon", "wed"})


def facts(text: str, before: str = "") -> tuple[Fact, ...]:
    """All facts of the text, without repeats; `before` is the text that it continues."""
    found: dict[tuple[str, str, str], Fact] = {}
    for left, run in runs(text):
        for fact in _run_facts(before + left, run):
            found.setdefault(fact.key, fact)
    for match in _LETTER.finditer(canonical(text)):
        fact = Fact("letter", match.group(1) or match.group(2), "", match.group())
        found.setdefault(fact.key, fact)
    return tuple(found.values())


def names(text: str, before: str = "") -> tuple[str, ...]:
    """Capitalised words that do not begin a sentence; within Chinese text every capitalised Latin word."""
    return tuple(word for left, word in capitalised(text) if may_be_name(word) and not sentence_starts(before + left))


def may_be_name(word: str) -> bool:
    """Whether a word is neither a pronoun nor read as another kind of fact."""
    bare = word.casefold().replace("’", "'")
    if len(bare) < 2 or any(sign.isdigit() for sign in bare):
        return False
    return not (bare in words.NOT_NAMES or bare in words.MONTHS or bare in words.WEEKDAYS or bare in words.CURRENCIES)


class _Reader:
    """Removes matches from a run, so that `14:00` is not read again as two numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.facts: list[Fact] = []

    def take(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        found = [match for match in pattern.finditer(self.text) if match.group().strip()]
        for match in found:
            self.drop(match)
        return found

    def drop(self, match: re.Match[str]) -> None:
        start, end = match.span()
        self.text = f"{self.text[:start]}{chr(1) * (end - start)}{self.text[end:]}"

    def add(self, kind: str, value: str, surface: str, unit: str = "") -> None:
        self.facts.append(Fact(kind, value, unit, surface.strip()))


def _run_facts(before: str, run: str) -> list[Fact]:
    reader = _Reader(canonical(run))
    for match in reader.take(_EMAIL):
        reader.add("email", match.group().strip(".:-*_").casefold(), match.group())
    for match in reader.take(_URL):
        bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", match.group().casefold()).rstrip("./:-*_")
        reader.add("url", bare, match.group())
    for match in reader.take(_HAN_WEEKDAY):
        reader.add("weekday", str(words.HAN_WEEKDAYS[match.group(1)]), match.group())
    for match in reader.take(_RELATIVE):
        reader.add("relative", words.RELATIVE_DAYS[match.group().casefold()], match.group())
    reader.text = digits_for_words(reader.text, before)
    for pattern, replacement in _SPREAD:
        reader.text = pattern.sub(replacement, reader.text)
    _read_dates(reader, before)
    _read_times(reader)
    for match in reader.take(_PHONE):
        reader.add("phone", re.sub(r"\D", "", match.group()), match.group())
    _read_codes(reader)
    _read_amounts(reader)
    return reader.facts


def _read_dates(reader: _Reader, before: str) -> None:
    for match in reader.take(_ISO_DATE):
        reader.add("date", f"{int(match.group(2))}-{int(match.group(3))}", match.group())
        reader.add("number", match.group(1), match.group())
    for match in reader.take(_SHORT_DATE):
        reader.add("date", match.group(), match.group())
    for match in reader.take(_HAN_DATE):
        year, month, day = match.groups()
        if year:
            reader.add("number", year, match.group())
        reader.add(*(("date", f"{int(month)}-{int(day)}") if day else ("month", str(int(month)))), match.group())
    for match in reader.take(_DAY_MONTH):
        reader.add("date", f"{words.MONTHS[match.group(2).casefold()]}-{int(match.group(1))}", match.group())
    for match in reader.take(_MONTH_DAY):
        reader.add("date", f"{words.MONTHS[match.group(1).casefold()]}-{int(match.group(2))}", match.group())
    for match in _MONTH_ALONE.finditer(reader.text):
        word = match.group()
        doubtful = word.casefold() in _AMBIGUOUS_MONTHS and sentence_starts(before + reader.text[: match.start()])
        if word[0].isupper() and not doubtful:
            reader.add("month", str(words.MONTHS[word.casefold()]), word)
    for match in _WEEKDAY.finditer(reader.text):
        if match.group().casefold() not in _AMBIGUOUS_DAYS or match.group()[0].isupper():
            reader.add("weekday", str(words.WEEKDAYS[match.group().casefold()]), match.group())


def _read_times(reader: _Reader) -> None:
    def add(match: re.Match[str], hour: str, minute: str | None, half: str | None, part: str | None = None) -> None:
        value = int(hour)
        afternoon = (half or "").casefold().startswith("p") or (part and words.HAN_DAY_PARTS[part])
        if afternoon and value < 12:
            value += 12
        elif (half or "").casefold().startswith("a") and value == 12:
            value = 0
        reader.add("time", f"{value}:{int(minute or 0):02d}", match.group())

    for match in reader.take(_CLOCK):
        add(match, match.group(2), match.group(3), match.group(4), match.group(1))
    for match in reader.take(_CLOCK_HALF):
        add(match, match.group(1), match.group(2), match.group(3))
    for match in reader.take(_CLOCK_WORD):
        add(match, match.group(1), None, None)
    for match in reader.take(_CLOCK_HAN):
        add(match, match.group(2), "30" if match.group(4) else match.group(3), None, match.group(1))
    for match in reader.take(_NOON):
        reader.add("time", "12:00" if match.group().casefold() == "noon" else "0:00", match.group())


def _read_codes(reader: _Reader) -> None:
    for match in _CODE.finditer(reader.text):
        if not _UNIT_TAIL.fullmatch(match.group()):
            reader.drop(match)
            reader.add("code", re.sub(r"[-\s]", "", match.group()).upper(), match.group())


def _read_amounts(reader: _Reader) -> None:
    for match in reader.take(_PERCENT_HAN):
        reader.add("quantity", _decimal(match.group(1)), match.group(), "%")
    for match in reader.take(_MONEY_BEFORE):
        reader.add("money", _decimal(match.group(2)), match.group(), words.CURRENCIES[match.group(1).casefold()])
    for match in reader.take(_MONEY_AFTER):
        reader.add("money", _decimal(match.group(1)), match.group(), words.CURRENCIES[match.group(2).casefold()])
    for match in reader.take(_QUANTITY):
        reader.add("quantity", _decimal(match.group(1)), match.group(), words.UNITS[match.group(2).casefold()])
    for match in reader.take(_NUMBER):
        reader.add("number", _decimal(match.group()), match.group())
    for match in reader.take(_VAGUE):
        unit = words.UNITS[match.group(1).casefold()]
        if unit in words.TIME_UNITS:
            reader.add("quantity", "few", match.group(), unit)
    for match in reader.take(_NEXT):
        unit = words.UNITS[(match.group(1) or match.group(2)).casefold()]
        if unit in words.TIME_UNITS:
            reader.add("relative", f"next {unit}", match.group())


def _decimal(written: str) -> str:
    if _EITHER.fullmatch(written):
        return written
    value = Decimal(written.replace(",", ""))
    return f"{value.normalize():f}"
