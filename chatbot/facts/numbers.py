"""Rewrites number words as digits: "twenty-four hours" -> "24 hours", 三十天 -> 30天, "half an hour" -> "0.5 hour"."""

from __future__ import annotations

import re

from chatbot.facts import words


def _any_of(names: object) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))  # type: ignore[call-overload]


_UNIT = rf"(?:{_any_of(words.UNITS)})(?![A-Za-z])"
_ARTICLE_UNIT = rf"(?:{_any_of(u for u, kind in words.UNITS.items() if u.isascii() and kind in words.ARTICLE_UNITS)})\b"
_MONEY = rf"(?:{_any_of(words.CURRENCIES)})(?![A-Za-z])"
_ENGLISH = _any_of([*words.NUMBER_WORDS, *words.MULTIPLIERS])
_NUMBER_WORD = rf"(?:{_ENGLISH})(?![A-Za-z])"
_SEQUENCE = re.compile(rf"(?<![A-Za-z]){_NUMBER_WORD}(?:(?:\s+and)?[\s-]+{_NUMBER_WORD})*", re.I)
_COUNTS = re.compile(rf"\s*-?\s*(?:{_UNIT}|{_MONEY}|\d)", re.I)
_HALF = re.compile(rf"(?<![A-Za-z]){words.HALF}[\s-]+(?:an?\s+)?(?={_UNIT})", re.I)
_ARTICLE = re.compile(rf"(?<![A-Za-z])an?\s+(?={_ARTICLE_UNIT})", re.I)

_HAN = "".join((*words.HAN_DIGITS, *words.HAN_POWERS, *words.HAN_GROUPS))
_HAN_HALF = re.compile(rf"{words.HAN_HALF}(?=\s*(?:{_UNIT}))")
_HAN_NUMBER = re.compile(
    rf"(百分之\s*)?(第?)([{_HAN}]+)(?=(\s*(?:{_UNIT}|{_MONEY}|[月号號点點])|\s*[{words.HAN_COUNTERS}])?)"
)
_DAY_PART_END = tuple(words.HAN_DAY_PARTS)


def digits_for_words(text: str, before: str) -> str:
    """The text with every counting number word written in digits; `before` is the text that precedes it."""
    text = _HALF.sub("0.5 ", text)
    text = _SEQUENCE.sub(lambda match: _english(match.group(), text[match.end() :]), text)
    text = _ARTICLE.sub("1 ", text)
    text = _HAN_HALF.sub("0.5", text)
    return _HAN_NUMBER.sub(lambda match: _chinese(match, before + text[: match.start()]), text)


def _english(written: str, after: str) -> str:
    parts = [part.casefold() for part in re.split(r"[\s-]+", written)]
    if parts == ["one"] and not _COUNTS.match(after):
        return written  # "this one", "one of them": a pronoun
    numbers: list[int] = []
    total, current, open_ = 0, 0, False
    for part in parts:
        if part == "and":
            continue
        if part in words.MULTIPLIERS:
            factor = words.MULTIPLIERS[part]
            if factor == 100:
                current = max(current, 1) * 100
            else:
                total, current = total + max(current, 1) * factor, 0
        else:
            value = words.NUMBER_WORDS[part]
            fits = current == 0 or current % 100 == 0 or (current % 10 == 0 and current % 100 >= 20 and value < 10)
            if open_ and not fits:
                numbers.append(total + current)
                total, current = 0, 0
            current += value
        open_ = True
    numbers.append(total + current)
    return " ".join(str(number) for number in numbers)


def _chinese(match: re.Match[str], before: str) -> str:
    percent, _, numeral, counted = match.groups()
    if percent:
        return f"百分之{_value(numeral)}"
    if counted is None:
        return match.group()  # 万一, 十分, 一般: not a quantity
    noun = counted.strip()
    if numeral == "一":
        if noun in words.HAN_COUNTERS or before.endswith(("的", "这", "那", "每", "有", "同", "下", "另")):
            return match.group()  # 一个, 美好的一天, 有一天, 下一个工作日: not a quantity
        if noun in "点點" and not before.rstrip().endswith(_DAY_PART_END):
            return match.group()  # 早一点
    return str(_value(numeral))


def _value(numeral: str) -> int:
    if all(sign in words.HAN_DIGITS for sign in numeral):
        return int("".join(str(words.HAN_DIGITS[sign]) for sign in numeral))  # 二〇二三
    total = section = digit = 0
    for sign in numeral:
        if sign in words.HAN_DIGITS:
            digit = words.HAN_DIGITS[sign]
        elif sign in words.HAN_POWERS:
            section, digit = section + (digit or 1) * words.HAN_POWERS[sign], 0
        else:
            total, section, digit = (total + section + digit) * words.HAN_GROUPS[sign], 0, 0
    return total + section + digit
