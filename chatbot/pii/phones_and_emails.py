"""E-mail addresses and phone numbers in English and Chinese text; numbering plans come from phonenumbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.pii.kinds import Kind, PersonalData

_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}(?:@|\s?[\[(]at[\])]\s?)[A-Za-z0-9-]+"
    r"(?:(?:\.|\s?[\[(]dot[\])]\s?)[A-Za-z0-9-]+)*(?:\.|\s?[\[(]dot[\])]\s?)[A-Za-z]{2,24}"
    r"|\b[A-Za-z0-9._%+-]+ at [A-Za-z0-9-]+(?: dot [A-Za-z0-9-]+)*? dot [A-Za-z]{2,10}\b"
)
_NOT_BEFORE = r"(?<![\w#/.,:+-])(?<!\d[ (])"
_CN_MOBILE = re.compile(
    r"(?<!\d)(?<!\d[ -])(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}[ -]?\d{4}|"
    r"[ -]\d{3}[ -]\d{5})(?![\d])"
)
_CN_LANDLINE = re.compile(
    r"(?<![\d-])(?:\+?86[ -]?)?(?:\(0\d{2,3}\) ?|0\d{2,3}[ -])(?:\d{7,8}|\d{3,4}[ -]\d{4})(?:(?:-|"
    r" ?转 ?)\d{1,5})?(?!\d)"
    r"|(?<![\d-])(?:400|800)[ -]?\d{3}[ -]?\d{4}(?![\d-])"
)
_INTERNATIONAL = re.compile(r"(?<![\w+])(?:\+|00(?=[1-9]\d[ -]))(?:[ ().-]{0,2}\d){7,15}(?!\d)")
_NATIONAL = re.compile(
    r"(?<![\w#/.,:+$€£¥-])(?:1[ .-])?\(?\d{2,5}\)?(?:[ .-]\d{2,8}){1,4}(?![\w/%]|"
    r"[.,]\d)",
    re.ASCII,
)
_CUED = re.compile(
    r"(?:\b(?:phones?|mobile|cell(?:phone)?|telephone|tel|landline|fax|whatsapp|call(?:ed|ing)?|text(?:ed)?|"
    r"ring|reach|"
    r"sms|dial|contact)\b|\bnumber is\b|\bmy numbers?\b|\bnumber:|(?:电话|電話|手机|手機|座机|座機|传真|傳真|"
    r"号码|號碼|联系方式)[号號码碼]*)"
    r"(?:[^\d\n\[]{0,24}?)(?<![A-Za-z0-9_#/.,-])(\(?\+?\d(?:[ ().-]{0,2}\d){6,14})(?![A-Za-z0-9_]|[.,]\d|-\d)",
    re.IGNORECASE,
)
_BEFORE_SHORT = re.compile(r"(?<![\w#/.,-])555-\d{4}(?![\w-])")
_NOT_PHONE = re.compile(
    r"(?:order|orders|tracking|parcel|ticket|case|invoice|ref|reference|booking|account|isbn|ean|model|"
    r"card)\b[^.;!?]{0,12}$",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20)\d{2}[-. ](?:0?[1-9]|1[0-2])[-. ]\d{1,2}|\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d{2}")
_WITH_TRUNK = (
    *("GB", "AU", "TW", "NG", "FR", "DE", "IE", "NL", "BE", "CH", "AT", "SE", "FI", "NZ", "ZA"),
    *("JP", "KR", "IN", "PK", "KE", "GH", "TH", "ID", "MY", "PH", "VN", "TR", "UA", "BR"),
)
_REGIONS = {"0": _WITH_TRUNK, "1": ("US", "AU")}
"""Numbering plans tried on grouped numbers without a country code, by their first digit; otherwise the American one."""


def emails(text: str) -> Iterator[PersonalData]:
    """E-mail addresses, including those with "at" and "dot" spelled out."""
    if "@" in text or "at" in text:
        for match in _EMAIL.finditer(text):
            yield PersonalData(Kind.EMAIL, *match.span())


def phones(text: str) -> Iterator[PersonalData]:
    """Phone numbers."""
    if sum(map(str.isdigit, text)) >= 7:
        yield from (PersonalData(Kind.PHONE, *span) for span in _phones(text))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_CN_MOBILE, _CN_LANDLINE):
        for match in pattern.finditer(text):
            if not _NOT_PHONE.search(text, max(0, match.start() - 30), match.start()):
                yield match.span()
    for match in _INTERNATIONAL.finditer(text):
        yield match.span()
    for match in _CUED.finditer(text):
        if not _DATE.fullmatch(match[1]) and not _NOT_PHONE.search(text, max(0, match.start(1) - 30), match.start(1)):
            yield match.span(1)
    for match in _NATIONAL.finditer(text):
        digits = sum(map(str.isdigit, match.group()))
        if not 9 <= digits <= 11 or _DATE.fullmatch(match.group()):
            continue
        if _is_national(match.group()) and not _NOT_PHONE.search(text, max(0, match.start() - 30), match.start()):
            yield match.span()
    for match in _BEFORE_SHORT.finditer(text):  # after the full numbers, which may end in the same way
        yield match.span()


def _is_national(number: str) -> bool:
    """Whether the number is valid in a numbering plan."""
    import phonenumbers

    for region in _REGIONS.get(number.lstrip("(")[0], ("US",)):
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return True
    return False
