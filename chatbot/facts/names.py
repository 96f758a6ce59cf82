"""Proper names in a reply: people, shops, products, places, in English and Chinese.

An English name is recognised by its capital, and at the beginning of a sentence by being in no list of common words; a
Chinese one by its part-of-speech tag (person, place, organisation, other name) or by quotation marks and titles around
it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from chatbot.facts.commitments import stem
from chatbot.facts.common_han_words import EVERYDAY
from chatbot.facts.common_words import COMMON, HAN_NAMES, SMALL_NAMES
from chatbot.facts.extraction import may_be_name
from chatbot.facts.runs import HAN, canonical, capitalised, sentence_starts

_SMALL = re.compile(rf"(?<![\w{HAN}])(?:{'|'.join(sorted(SMALL_NAMES))})(?![\w])", re.I)
_QUOTED = re.compile(rf"[《「『【]([^》」』】]{{1,20}})[》」』】]|[“\"]([{HAN}A-Za-z0-9·]{{2,12}})[”\"]")
_TITLED = re.compile(
    rf"([{HAN}]{{1,3}})(?:先生|女士|小姐|经理|主任|老师|师傅|大爷|阿姨|总监|店长)|(?:我叫|名叫|名字是|名为|姓)([{HAN}]{{1,4}})"
)
_COMPANY = re.compile(
    rf"([{HAN}]{{2,8}}?)(?:公司|集团|银行|酒店|餐厅|饭店|商场|大厦|广场|大学|医院|机场|快递|速递|速运|牌|系列)"
)
_GENERIC = re.compile(
    r"(?:您|你|我|他|她|它|的|了|吗|呢|这|那|各|本|该|贵|什么|哪|每|一|几|某|其他|其它|任何|所有|不同|附近|银行|合作|当地|同城|国际|普通|标准|"
    r"加急|特快|送货|客户|人工|在线|智能|机器|好的|谢谢|抱歉|麻烦|欢迎|建议|祝|请|和|或|与|及|家|有|是|在|到|去|从|用|由|找|联系|寄|发|等|"
    r"高档|经济|舒适|豪华|型|推荐|选|查|问|走|安排|通知|提供|不|没|拒收|收|退|取|打印|改|催|要|能|可以|会|想|需|先|再|把|将|给|跟|同|为|让|叫|被|对)"
)
_BEFORE_NAME = re.compile(r"^(?:其中|周边|附近|入住|推荐|位于|建议|还有|比如|例如|地址)(?=..)")
_TAGS = ("nr", "ns", "nt", "nz", "nrt", "nrfg")
_NOT_NAMES = re.compile(
    r"[您你我]|谢谢|欢迎|拜拜|^[小大老]?(?:哥|姐|亲)$|^(?:祝|请|好|高兴|愉快|顺利|开心|和气|成功|安心|放心|宝贝|亲爱)"
)


def proper_names(text: str, before: str = "") -> list[str]:
    """Names as written, without repeats; `before` is the text that this one continues."""
    plain = canonical(text)
    found = [word for left, word in capitalised(plain) if may_be_name(word) and _is_name(word, before + left)]
    found += [match.group() for match in _SMALL.finditer(plain)]
    found += _chinese(plain)
    return list(dict.fromkeys(found))


def _is_name(word: str, before: str) -> bool:
    if not sentence_starts(before):
        return True
    bare = word.casefold().replace("’", "'")
    return not (bare in COMMON or bare.removesuffix("'s") in COMMON or stem(bare) in _common_stems())


def _chinese(text: str) -> list[str]:
    if not re.search(rf"[{HAN}]", text):
        return []
    found = [name for name in HAN_NAMES if name in text]
    found += [a or b for a, b in _QUOTED.findall(text)]
    found += [a or b for a, b in _TITLED.findall(text)]
    found += [_BEFORE_NAME.sub("", name) for name in _COMPANY.findall(text)]
    found = [name for name in found if not _GENERIC.search(name) or name in HAN_NAMES]
    for word, tag in _segmenter().tag(text):
        if tag in _TAGS and len(word) > 1 and not _NOT_NAMES.search(word) and re.search(rf"[{HAN}]", word):
            found.append(_BEFORE_NAME.sub("", word))
    return [name for name in found if len(name) > 1 and name not in EVERYDAY]


@cache
def _common_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in COMMON)


@cache
def _segmenter() -> Any:
    import rjieba

    return rjieba
