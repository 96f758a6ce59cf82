"""Parses times as exports write them, into UTC."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chatbot.errors import InputError

TIME = r"(?:(?:上午|下午|晚上|早上|中午|凌晨)\s?)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:\s?[AaPp]\.?[Mm]\.?)?"
DATE = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}[日号]|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"
ZONE = r"(?:\s?(?:Z|UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|\s?(?:Z|UTC|GMT)\b)"
DATE_TIME = rf"(?:{DATE})[,T]?\s*(?:{TIME})(?:{ZONE})?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})[日号]?")
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<y>\d{4}|\d{2})(?!\d)")
_NAMED_MONTH = re.compile(
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?[ -](?P<m1>[A-Za-z]{3,9})|(?P<m2>[A-Za-z]{3,9}) (?P<d2>\d{1,2})(?:st|nd|"
    r"rd|th)?)"
    r"[,]?[ -](?P<y>\d{4})"
)
_CLOCK = re.compile(
    r"[,T\s]*(?:at\s)?(?P<half>上午|下午|晚上|早上|中午|"
    r"凌晨)?\s?(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s?(?P<ap>[AaPp]\.?[Mm]\.?)?(?P<zone>\s?(?:Z|UTC|GMT)?\s?[+-]\d{1,2}(?::?\d{2})?|\s?(?:Z|UTC|GMT))?"
)
_WEEKDAY = re.compile(
    r"^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s|(?:周|"
    r"星期)[一二三四五六日天]\s)",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?(?P<sign>[+-])(?P<h>\d{1,2}):?(?P<m>\d{2})?$")


def zone_named(name: str) -> dt.tzinfo:
    """A time zone by its name (`Asia/Shanghai`, `UTC`) or offset (`+08:00`).

    Raises:
        InputError: there is no such zone.
    """
    given = name.strip()
    if given.upper() in ("", "UTC", "GMT", "Z"):
        return dt.UTC
    offset = _OFFSET.fullmatch(given.upper())
    if offset:
        return _offset(offset)
    try:
        return ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError.of(
            "no_time_zone",
            "There is no time zone {zone!r}. Give a name like Asia/Shanghai or an offset like +08:00.",
            zone=name,
        ) from error


def days_first(moments: Iterable[str]) -> bool:
    """Whether dates like 03/04/2024 put the day first: only if a number above 12 shows it, else the month is first."""
    for moment in moments:
        found = _YEAR_LAST.search(moment)
        if found and int(found["a"]) > 12:
            return True
        if found and int(found["b"]) > 12:
            return False
        if found and "." in found.group():
            return True
    return False


def moment_of(cell: str, *, zone: dt.tzinfo = dt.UTC, day_first: bool = False) -> dt.datetime | None:
    """A time in UTC, None for an empty cell; one without a zone is taken to be in `zone`.

    Seconds and milliseconds since 1970 are accepted too.

    Raises:
        ValueError: the cell holds no time.
    """
    given = _WEEKDAY.sub("", cell.strip())
    if not given:
        return None
    if given.isascii() and given.replace(".", "", 1).isdigit():
        whole = len(given.partition(".")[0])
        if whole in (10, 13):
            return dt.datetime.fromtimestamp(float(given) / (1000 if whole == 13 else 1), dt.UTC)
        raise ValueError(cell)
    day, rest = _day(given, day_first=day_first)
    clock = _CLOCK.fullmatch(rest) if rest.strip() else None
    if rest.strip() and clock is None:
        raise ValueError(cell)
    return _at(day, clock, zone)


def _day(given: str, *, day_first: bool) -> tuple[dt.date, str]:
    found = _YEAR_FIRST.match(given)
    if found:
        return dt.date(int(found["y"]), int(found["m"]), int(found["d"])), given[found.end() :]
    found = _YEAR_LAST.match(given)
    if found:
        year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
        day, month = (found["a"], found["b"]) if day_first else (found["b"], found["a"])
        return dt.date(year, int(month), int(day)), given[found.end() :]
    found = _NAMED_MONTH.match(given)
    if found:
        name = (found["m1"] or found["m2"]).casefold()[:3]
        return dt.date(int(found["y"]), _MONTHS.index(name) + 1, int(found["d1"] or found["d2"])), given[found.end() :]
    raise ValueError(given)


def _at(day: dt.date, clock: re.Match[str] | None, zone: dt.tzinfo) -> dt.datetime:
    if clock is None:
        return dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(dt.UTC)
    hour = int(clock["h"])
    afternoon = clock["half"] in ("下午", "晚上") or (clock["half"] == "中午" and hour < 11)
    if clock["ap"]:
        afternoon = clock["ap"][0] in "Pp"
        hour %= 12
    if afternoon and hour < 12:
        hour += 12
    micro = int((clock["f"] or "0").ljust(6, "0")[:6])
    named = (clock["zone"] or "").strip().upper()
    if named:
        offset = _OFFSET.search(named)
        zone = _offset(offset) if offset else dt.UTC
    moment = dt.datetime(day.year, day.month, day.day, hour, int(clock["min"]), int(clock["s"] or 0), micro, zone)
    return moment.astimezone(dt.UTC)


def _offset(found: re.Match[str]) -> dt.tzinfo:
    minutes = int(found["h"]) * 60 + int(found["m"] or 0)
    return dt.timezone(dt.timedelta(minutes=minutes if found["sign"] == "+" else -minutes))
