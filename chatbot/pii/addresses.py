"""Street addresses in English, Chinese and the most common European forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.pii.kinds import Kind, PersonalData

_STREET = (
    r"street|avenue|ave|road|rd|drive|lane|ln|boulevard|blvd|court|terrace|crescent|close|highway|hwy|parkway|"
    r"pkwy|quay|gardens|"
    r"grove|mews|square|way|place"
)
_PLAIN_STREET = _STREET.replace("|close", "").replace("|way|place", "")
"""Without words that are ordinary when not capitalised."""
_STREET_CAP = rf"(?:{_STREET.title()}|St|Dr|Ct|Pl|Sq|Row|Hill|Green|Park|Walk|Rise|View|Wharf)"
_STOP = (
    r"(?:the|a|an|in|on|of|for|to|at|from|per|and|or|is|was|are|hour|hours|day|days|week|weeks|month|months|"
    r"year|years|minutes?|"
    r"items?|times|stars?|then|please|feet|foot|inch|min|mins|people|more|percent|euros?|dollars?|pounds?|pm|am|"
    r"km|miles?)\b"
)
_UNIT = r"(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|Rm|Bldg|Building)"
_CAP = r"[A-ZÀ-Þ][\wÀ-ÿ'.-]*"
_NOT_PLACE = (
    r"(?!(?:I|Please|Thanks|Thank|The|It|My|And|But|Is|Can|Could|Where|When|Why|That|This|Not|We|You|Our|Your|"
    r"If|No|Yes|Also|Mr|Mrs|"
    r"Ms)\b)"
)
_POSTCODE = (
    r"(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[\dW]\s?[A-Z\d]{4}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{4}\s?[A-Z]{2}|"
    r"(?:[A-Z]{2,3}\s)?\d{5}(?:-\d{4})?|(?:VIC|NSW|QLD|SA|WA|TAS)\s\d{4})\b"
)
_FULL_POSTCODE = (
    r"(?:[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}|[A-Z]\d[\dW]\s[A-Z\d]{4}|[A-Z]\d[A-Z]\s\d[A-Z]\d|\d{4}\s[A-Z]{2}|"
    r"[A-Z]{2}\s\d{5}(?:-\d{4})?)\b"
)
"""Postcodes that can hardly be a price, a year or a model."""
_TOWN = r"[A-ZÀ-Þ][^\W\d_]*(?:['.-][^\W\d_]+)*\b(?!\d)"
_PLACE = rf"{_NOT_PLACE}{_TOWN}(?:\s{_NOT_PLACE}{_TOWN}){{0,2}}"
_TAIL = (
    rf"(?:,?\s(?i:{_UNIT}|\#)\.?\s?\w{{1,5}}\b)?"
    rf"(?:,?\s{_POSTCODE}(?:\s{_PLACE})?|,\s(?:\d{{3,5}}(?:\s\d{{2}})?\s)?{_PLACE}(?:,?\s{_POSTCODE})?"
    rf"|\s{_PLACE}\s{_POSTCODE})*"
)
_HEAD = rf"(?:(?i:{_UNIT})\.?\s(?:\d+\w?|[A-Z]\d*),?\s)?"
_ENGLISH = (
    re.compile(
        rf"(?<![\w.,-])(?<![$€£¥])({_HEAD}\d{{1,5}}[A-Za-z]?\s(?:[NSEW]\.?\s)?(?:(?:{_CAP}|\d+(?:st|nd|rd|"
        rf"th))\s){{1,4}}{_STREET_CAP}\b\.?{_TAIL})"
    ),
    re.compile(
        rf"(?<![\w.,-])(?<![$€£¥])(\d{{1,5}}[a-z]?\s(?:(?!{_STOP})[a-z']+\s){{1,3}}(?:{_PLAIN_STREET})\b(?!\s"
        rf"(?:food|lamp|light|price|fee))"
        r"(?:,?\s(?:apt|unit|flat|suite)\s\w{1,5})?)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\w.,-])((?:\d{{1,2}}(?:st|nd|rd|"
        rf"th)\s[Ff]loor,\s)?{_HEAD}\d{{1,5}}[A-Za-z]?\s{_TOWN}(?:\s{_TOWN}){{0,3}},\s"
        rf"{_PLACE}(?:,\s{_PLACE})?,?\s{_POSTCODE})"
    ),
    re.compile(rf"\b(P\.?\s?O\.?\s?[Bb]ox\s\d+{_TAIL})"),
    re.compile(
        rf"(?<![\w])({_HEAD}\d{{1,4}}(?:\s?(?:bis|ter))?,?\s(?i:rue|avenue|boulevard|place|quai|chemin|impasse)\s"
        rf"(?:(?:de|du|des|la|le|l')\s?){{0,2}}{_CAP}(?:\s{_CAP}){{0,2}}(?:,?\s\d{{5}}\s{_CAP})?{_TAIL})"
    ),
    re.compile(
        rf"\b({_CAP}(?:straße|strasse|str\.|gatan|gade|veien|allee|platz|gasse|weg|laan|straat)\s\d{{1,4}}[a-z]?"
        rf"(?:,\s\d{{3,5}}(?:\s\d{{2}})?\s{_CAP})?)"
    ),
    re.compile(
        rf"\b((?:Via|Calle|Rua|Avenida|Plaza|Piazza|Viale|Corso)\s(?:{_CAP}\s|de(?:l|lla)?\s|"
        rf"da\s){{1,4}}\d{{1,4}}{_TAIL})"
    ),
    # A named house, an estate or a lane that ends in a postcode.
    re.compile(
        rf"(?<![\w.,-])((?:{_HEAD}|{_NOT_PLACE}(?:\d{{1,4}}[A-Za-z]?\s)?{_CAP}(?:\s{_CAP}){{0,3}},\s)"
        rf"(?:{_NOT_PLACE}(?:\d{{1,4}}[A-Za-z]?\s)?{_CAP}(?:\s{_CAP}){{0,3}},?\s){{0,4}}{_FULL_POSTCODE})"
    ),
    re.compile(r"\b((?!(?:RTX|GTX)\b)(?:[A-Z]{1,2}\d[A-Z]?|[A-Z]{1,2}\d{2})\s\d[ABD-HJLNP-UW-Z]{2})\b"),
    re.compile(r"(?i:\b(?:zip|postal)(?:\s?code)?(?:\s?is|:)?\s)(\d{5}(?:-\d{4})?)\b"),
)

_HAN = "\u4e00-\u9fff"
_NUMBER = r"[0-9A-Za-z甲乙丙一二三四五六七八九十百]"
_BUILDING = (
    rf"(?:(?:[{_HAN}A-Za-z]{{0,12}}?)?{_NUMBER}{{1,5}}(?:-{_NUMBER}{{1,5}})*(?:号楼|號樓|栋|棟|幢|座|塔|馆|单元|單元|"
    rf"楼|樓|层|層|室|号院|号|號|弄|期|区|户))"
)
_NAMED = (
    rf"(?:[{_HAN}A-Za-z0-9]{{2,12}}?(?:大厦|大廈|广场|廣場|小区|社区|花园|花園|公寓|中心|园区|产业园|现代城|"
    rf"国际|大楼|苑|家园|新村))"
)
_ZH_STREET = re.compile(
    rf"[{_HAN}]{{1,8}}(?:大道|路|街|巷|弄|胡同|"
    rf"道)(?:[东南西北中東][路街]?)?(?:[一二三四五六七八九十0-9]{{1,2}}[段期])?(?:[一二三四五六七八九十]+[路街巷])?"
    rf"(?:南|北|东|西)?(?:\d+[巷弄])?{_NUMBER}{{0,3}}?\d+(?:-\d+)*(?:号|號|弄)(?:之[一二三四五六七八九十\d]+)?"
    rf"(?:{_NAMED}|{_BUILDING}|\d{{3,4}}室?|\d{{1,3}}-\d{{1,4}}(?:-\d{{1,4}})?|"
    rf"[{_HAN}]{{2,5}}\d{{3,4}}(?![\d元块件个天年月日]))*(?:\d{{3,4}}室?)?"
)
_ZH_ESTATE = re.compile(
    rf"[{_HAN}]{{1,8}}(?P<sort>小区|社区|花园|花園|公寓|家园|新村|佳苑|名苑|苑|华府|豪庭|"
    rf"[东南西北][一二三四五六七八九十]?区|园[一二三四五六七八九十]?区|城|里|庭|湾)"
    r"(?:[一二三四五六七八九十]期)?\d{1,4}(?:号楼|號樓|栋|棟|幢|座|楼|号)(?:\d{1,2}单元|"
    r"\d{1,2}單元)?(?:\d{1,2}[层楼])?(?:\d{3,4}室?)?"
)
_ZH_FLAT = re.compile(
    rf"[{_HAN}]{{2,8}}(?P<sort>\d{{1,3}}(?:号楼|號樓|栋|棟|幢))(?:\d{{1,2}}单元|\d{{1,2}}單元)?(?:\d{{1,2}}[层楼樓])?-?\d{{2,4}}室?"
)
_ZH_VILLAGE = re.compile(
    rf"(?:(?:[{_HAN}]{{2,8}}(?:省|自治区))?[{_HAN}]{{2,8}}?[市州盟](?:[{_HAN}]{{1,8}}?[区县旗市縣區])?|"
    rf"[{_HAN}]{{1,8}}?[县旗縣])"
    rf"[{_HAN}]{{1,8}}?(?:镇|乡|街道|鎮|鄉)(?:[{_HAN}]{{1,8}}?(?:村|屯|庄|寨|社区|组|組|队)+)*\d{{0,4}}[号號组組队]?"
    rf"|[{_HAN}]{{1,8}}?(?:村|屯|寨)(?:[{_HAN}]{{0,3}}[组組队])?\d{{1,4}}[号號]"
)
_ZH_LEFT = re.compile(rf"[{_HAN}0-9A-Za-z]{{0,30}}$")
_ZH_LEAD = re.compile(
    r".*(?:地址|住址|收货地|寄到|送到|发到|發到|改成|改为|改為|换到|搬到|放到|住在|收件地|"
    r"[在到给給往去至寄送发發放丢存是为為住了吗嗎就说說])(?=[^$])"
)
_ZH_PLAIN = re.compile(r"^(?:我家|我们|公司|您的|我的|你们|麻烦|这是|的|我)+")


def addresses(text: str) -> Iterator[PersonalData]:
    """Street addresses with a house number (without one, a street is nobody's home), and villages."""
    if any(map(str.isdigit, text)):
        for pattern in _ENGLISH:
            yield from (PersonalData(Kind.ADDRESS, *match.span(1)) for match in pattern.finditer(text))
    if text and max(text) >= "\u4e00":
        for pattern in (_ZH_STREET, _ZH_ESTATE, _ZH_FLAT, _ZH_VILLAGE):
            for match in pattern.finditer(text):
                named = match.start("sort") - 1 if "sort" in pattern.groupindex else match.start() + 5
                yield PersonalData(Kind.ADDRESS, _chinese_start(text, match.start(), named), match.end())


def _chinese_start(text: str, street: int, named: int) -> int:
    """Where the address begins: province, city and district before the street, but no word of the sentence.

    Chinese has no blanks, so the match for the street may include words such as 寄到; these are sought up to `named`,
    from where on the match is certainly the street's own name.
    """
    run = _ZH_LEFT.search(text[:street])
    first = run.start() if run else street
    core = text[first : max(street, min(len(text), named))]
    lead = _ZH_LEAD.match(core)
    if lead:
        first += lead.end()
    plain = _ZH_PLAIN.match(text[first:])
    return first + plain.end() if plain else first
