"""Identifying numbers: cards, identity and bank account numbers, orders, customer accounts.

They are recognised by their checksums (python-stdnum) or by the words around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.pii.kinds import Kind, PersonalData

_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])"
)
_CN_ID = re.compile(
    r"(?<![\dA-Za-z])\d{6}[ -]?(?:19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[ -]?[\dXx]"
    r"(?![\dA-Za-z])"
)
_SSN = re.compile(r"(?<![\w-])(?!000|666)\d{3}-\d{2}-\d{4}(?![\w-])")
_NINO = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b")
_CUED_NINO = re.compile(
    r"(?i:\b(?:national insurance|ni)(?:\s(?:number|no\.?))?(?:\sis|:)?\s)([A-Z]{2}(?:\s?\d{2}){3}\s?[A-D])\b"
)
_CUED_ID = re.compile(
    r"(?:\b(?:ssn|social security(?: number)?|national insurance(?: number)?|ni number|"
    r"driv\w+(?:'s)? licen[cs]e|licen[cs]e|"
    r"(?:national )?id (?:card|number|no)|identity card)\b|身份证|身份證|证件|證件|驾驶证|社保)\s?(?:号码|號碼|号|"
    r"號|number|no\.?)?"
    r"(?: is|是|为|:|：|#|\s)*\s?((?=[A-Za-z]*\d)[A-Za-z0-9]{6,20})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PASSPORT = re.compile(
    r"(?:(?i:\bpassports?\b)|护照|護照|通行证|通行證)(?:号码|號碼|号|"
    r"號)?[^\d\n,，。;；A-Z]{0,20}((?=(?:[A-Z]*\d){3})[A-Z0-9]{7,10})(?![A-Za-z0-9])"
)
_CARD = re.compile(r"(?<![\dA-Za-z-])(?<!\d )[2-6](?:[ -]?\d){12,18}(?![\d]|[ -]\d)")
_CARD_WORD = re.compile(r"\b(?:card|visa|mastercard|amex|maestro)\b|卡|银联", re.IGNORECASE)

_DEAL = r"(?:#\s?)?[A-Za-z]{0,6}[-_/]?\d[A-Za-z0-9]*(?:[-/_][A-Za-z0-9]+)*|[A-Z0-9]{5,}(?:-[A-Z0-9]+)*"
_GROUPED = r"\d{4}(?: \d{4}){2,5}(?: \d{1,3})?"
_ORDER_WORD = (
    r"orders?|tracking|parcel|shipment|package|consignment|waybill|ticket|case|invoice|reference|ref|rma(?!-)|"
    r"booking|reservation|"
    r"confirmation|return|refund|claim|receipt|transaction|purchase"
)
_NUMBER_WORD = r"numbers?|no\b\.?|nr\b\.?|num\b\.?|ids?\b|codes?|reference|ref\b\.?"
_ORDER_EN = re.compile(
    rf"\b(?:{_ORDER_WORD})\b\.?(?P<sure>\s?(?:{_NUMBER_WORD}))?(?P<link>\s?(?:is|was|are|:|=|\s)*)\s?"
    rf"(?:(?P<sort>for (?:my )?order)\s)?(?P<token>{_GROUPED}|{_DEAL})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ORDER_ZH = re.compile(
    r"(?:订单|訂單|单号|單號|运单|運單|快递|快遞|物流|包裹|工单|工單|发票|發票|售后|退货|退款|取件|流水|交易)"
    r"(?:编号|編號|号码|號碼|单号|單號|号|號|单|ID)?(?:和单号)?(?:是|为|為|:|：|\s)*\s?"
    rf"(?P<token>{_GROUPED}|{_DEAL})(?![A-Za-z0-9])(?!\s?[年月日天号號个個件元块小人])",
    re.IGNORECASE,
)
_ACCOUNT_EN = re.compile(
    r"\b(?:account|acct|customer|client|member(?:ship)?|loyalty|user|subscriber)\s?"
    r"(?:(?:numbers?|no\b\.?|nr\b\.?|id\b|#)(?:\s?(?:is|was|:|=))?|"
    r"(?=\d{6}))\s?(?P<token>(?=[A-Za-z_-]*\d)[A-Za-z0-9][A-Za-z0-9_-]{3,24})(?![\w])",
    re.IGNORECASE,
)
_USER_NAME = re.compile(
    r"\b(?:user\s?name|login|handle|nick(?:name)?)\s?(?:is|:|"
    r"=)\s?(?P<token>[A-Za-z0-9][\w.-]{2,30})(?<!\.)",
    re.IGNORECASE,
)
_ACCOUNT_ZH = re.compile(
    r"(?:微信|QQ|支付宝|支付寶|旺旺|会员|會員|客户|客戶|用户|用戶|账号|帳號|账户|帳戶|账戶)(?:账号|帳號|编号|"
    r"編號|号码|號碼|卡号|卡號|号|號|名|ID)?"
    r"(?:是|为|為|吧|呗|哈|哦|:|：|，|,|"
    r"\s)*\s?(?P<token>[A-Za-z0-9][A-Za-z0-9_-]{4,24})(?![A-Za-z0-9@._])(?!\s?[年月日天个個件元块人])",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:1Z[A-Z0-9]{16}|[A-Z]{1,5}-\d{5,}(?:-[A-Z0-9]{1,6})*|[A-Z]{2}\d{9,13}[A-Z]{2}|[A-Z]{2,5}(?:/[A-Z]{1,4}){0,2}/\d{5,}|\d{3}-\d{7}-\d{7}|[A-Z]{2,5}\d{6,20}|"
    r"[A-Z]\d{9,20}|TBA\d{9,}"
    r"|(?:RMA|INV|ORD|INC|TKT|SO|PO|CS|TK|RF|AS|GD|TH)-?\d{4,}(?:-\d+)*|[A-Z]{1,5}(?:-\d{2,}){2,}|"
    r"#\d{3,12})(?![A-Za-z0-9])"
)
_MORE = re.compile(r"\s?(?:,|and|or|和|、|或)\s?(?P<token>#?[A-Z]{0,5}-?\d{4,}(?:-\d+)*)(?![\w-])")
_DATE = re.compile(
    r"#?(?:(?:19|20)\d{2}(?:[-/.](?:0?[1-9]|1[0-2])(?:[-/.]\d{1,2})?)?|\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?)"
)
_LOOSE = re.compile(
    r"(?<![\w.,#$€£¥-])(?:\d{9,24}|\d{3,8}(?:-\d{3,8}){2,4})(?![\w%-]|[.,]\d|\s?[个個人元次万千块])", re.ASCII
)
_ALONE = re.compile(r"\s*(?:(?:Customer|Agent|客户|客服|顾客)[:：]\s*)?#?(\d[\d -]{4,26}\d)\s*[.。!]?\s*")
_GOODS = re.compile(
    r"(?:isbn|ean|upc|gtin|sku|barcode|article|条形码|條形碼|条码|货号|商品编号|商品编码|"
    r"型号)[^\d]{0,6}$",
    re.IGNORECASE,
)


def numbers(text: str) -> Iterator[PersonalData]:
    """Numbers confirmed by a checksum or by the words around them."""
    if not any(map(str.isdigit, text)):
        yield from _accounts(text)
        return
    yield from (PersonalData(Kind.IBAN, *span) for span in _ibans(text))
    for match in _CN_ID.finditer(text):
        if _is_cn_id(match.group()):
            yield PersonalData(Kind.ID, *match.span())
    for pattern in (_SSN, _NINO):
        yield from (PersonalData(Kind.ID, *match.span()) for match in pattern.finditer(text))
    for pattern in (_CUED_NINO, _CUED_ID):
        yield from (PersonalData(Kind.ID, *match.span(1)) for match in pattern.finditer(text))
    yield from (PersonalData(Kind.PASSPORT, *match.span(1)) for match in _PASSPORT.finditer(text))
    yield from _accounts(text)
    cards = list(_cards(text))
    # A card with a card word nearby goes before orders, which also have long numbers; the other cards come last.
    yield from (card for card, said in cards if said)
    yield from _orders(text)
    yield from (card for card, _ in cards)


def loose_numbers(text: str) -> Iterator[PersonalData]:
    """Long numbers without any cue, and messages that consist of a number only."""
    alone = _ALONE.fullmatch(text)
    if alone and not _DATE.fullmatch(alone[1]) and sum(map(str.isdigit, alone[1])) >= 6:
        yield PersonalData(Kind.NUMBER, *alone.span(1))
    for match in _LOOSE.finditer(text):
        if not _GOODS.search(text, max(0, match.start() - 20), match.start()):
            yield PersonalData(Kind.NUMBER, *match.span())


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    from stdnum import iban

    for match in _IBAN.finditer(text):
        # The group after it may be a word of the sentence.
        groups = match.group()
        while len(groups) >= 15:
            if iban.is_valid(groups, check_country=False):
                yield match.start(), match.start() + len(groups)
                break
            cut = max(groups.rfind(" "), groups.rfind("-"))
            groups = groups[: max(cut, 0)]


def _is_cn_id(number: str) -> bool:
    from stdnum.cn import ric

    return bool(ric.is_valid(re.sub(r"[ -]", "", number).upper()))


def _cards(text: str) -> Iterator[tuple[PersonalData, bool]]:
    from stdnum import luhn

    for match in _CARD.finditer(text):
        if _GOODS.search(text, max(0, match.start() - 20), match.start()):
            continue
        said = bool(_CARD_WORD.search(text, max(0, match.start() - 24), match.start()))
        if said or luhn.is_valid(re.sub(r"[ -]", "", match.group())):
            yield PersonalData(Kind.CARD, *match.span()), said


def _accounts(text: str) -> Iterator[PersonalData]:
    for pattern in (_ACCOUNT_EN, _USER_NAME, _ACCOUNT_ZH):
        yield from (PersonalData(Kind.ACCOUNT, *match.span("token")) for match in pattern.finditer(text))


def _orders(text: str) -> Iterator[PersonalData]:
    for match in _ORDER_EN.finditer(text):
        if _names_a_deal(match["token"], sure=bool(match["sure"])):
            yield from _with_more(text, match.span("token"))
    for match in _ORDER_ZH.finditer(text):
        if _names_a_deal(match["token"], sure=False):
            yield from _with_more(text, match.span("token"))
    for match in _SHAPES.finditer(text):
        if not _GOODS.search(text, max(0, match.start() - 20), match.start()):
            yield PersonalData(Kind.ORDER, *match.span())


def _with_more(text: str, span: tuple[int, int]) -> Iterator[PersonalData]:
    """A number and those that follow it after a comma or "and"."""
    yield PersonalData(Kind.ORDER, *span)
    more = _MORE.match(text, span[1])
    if more and not _DATE.fullmatch(more["token"]):
        yield from _with_more(text, more.span("token"))


def _names_a_deal(token: str, *, sure: bool) -> bool:
    """Whether the token after the word for an order is its number; `sure` if "number" or the like comes between."""
    digits = sum(map(str.isdigit, token))
    if _DATE.fullmatch(token):
        return False
    if token.startswith("#"):
        return digits >= 2
    if sure:
        return digits >= 2 or (token.isupper() and len(token) >= 5)
    return digits >= 4 or (digits >= 2 and any(map(str.isalpha, token)) and len(token) >= 5 and token.upper() == token)
