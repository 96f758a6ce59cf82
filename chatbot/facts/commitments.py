"""Promises and claims of completed actions: "we will refund you", "I have cancelled it", 我们会给您退款.

Any assistant may offer a few services; every other commitment must be made by a source, and not in the negative.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from chatbot.facts.runs import canonical
from chatbot.facts.sentences import sentences

_SERVICES = """
be have need see find know help check look pass bring connect ask tell take try let love like want get go come
explain assist answer show share feel understand hear happen depend vary appear mean remain stay keep do make say
use put transfer forward note gladly happily also please always never able notice enjoy forget miss apologise
apologize follow contact speak talk continue learn remember receive appreciate listen seem reach wait escalate
clarify glad happy more here one sorry right there then better soon read reply chat think regret believe hope offer
serve attend work out up ready soon locate situate call name know leave arrive depart
"""
"""Services that an assistant may offer without a source, and verbs that commit to nothing by themselves."""

_WHO = (
    r"(?:we|i|you|it|they|he|she|this|that|someone|everyone"
    r"|(?:your|the|our|my|a|any|all|each|every)\s+(?:\w+\s+){1,3}?)"
)
_FUTURE = re.compile(
    rf"\b{_WHO}\s*(?:['’]ll|will|shall|(?:['’]m|['’]re|am|are|is)\s+going\s+to)\s+(?:\w+ly\s+|also\s+|always\s+|then\s+)?"
    r"(?:be\s+(?:\w+ly\s+)?)?(?P<act>[a-z]+)",
    re.I,
)
_DONE = re.compile(
    r"(?:\b(?:we|i)(?:['’]ve|\s+have)|\b(?:has|have)\s+been|\b(?:it|that|order|booking|reservation|payment)\s+(?:is|was))\s+"
    r"(?:already\s+|just\s+|now\s+|successfully\s+)*(?P<act>(?:re)?[a-z]+ed|sent|made|paid|put|given|done)\b",
    re.I,
)
_JUST_DONE = re.compile(
    r"\bi\s+(?:just\s+|already\s+|now\s+)?(?P<act>(?:cancel|refund|order|ship|book|reserv|chang|updat|process|approv|credit)\w*ed)\b",
    re.I,
)
_ALLOWED = re.compile(
    r"\b(?:can|could|may|able\s+to|allowed\s+to|eligible\s+(?:for|to)|entitled\s+to|we(?!\s+(?:can|could|may|will|are|have)\b))\s+(?:also\s+|still\s+|always\s+|then\s+|only\s+|an?\s+|do\s+)*"
    r"(?:be\s+|get\s+)?(?:it\s+|them\s+|an?\s+)?(?P<act>[a-z]+)\b",
    re.I,
)
_WORDS = re.compile(
    r"\b(?P<act>guarantee\w*|promis\w+|warrant\w*|compensat\w+|reimburs\w+|refund\w*|waiv\w+|discount\w*|exchang\w+|replacement\w*|voucher\w*"
    r"|coupon\w*|gift\w*|cashback|money[ -]back|free|complimentary|lifetime|unlimited|unconditional\w*)\b",
    re.I,
)
_HARMLESS = re.compile(r"\bfeel\s+free\b|\bfree\s+(?:to|time)\b|\bcan(?:not|['’]t)\s+(?:promise|guarantee)\b", re.I)
NEGATION = re.compile(
    r"\b(?:not|no|never|cannot|without|nor|neither|unable)\b|n['’]t\b|不|没|無|无法|未|勿|非|别", re.I
)

_HAN_ACTS = """
退款 退货 退换 换货 退还 退回 返还 赔偿 赔付 补发 补偿 补差 补寄 免费 免运费 包邮 包退 包换 打折 折扣 优惠
赠送 送您 送达 送到 送货 配送 发货 发出 寄出 取消 报销 减免 升级 预订 预定 订好 下单
回电 致电 上门 安装 维修 保修 延保 价保 到账 发放 发送 全额 无条件 无理由 终身 修改 更改 调整 开票 开具
"""
_SAME = """
discount off sale promo voucher coupon cod 折扣 打折 优惠 优惠券 折
free complimentari complimentary 免费 免运费 包邮 免
refund reimburs moneyback 退款 退还 退回 返还 退
compensat 赔偿 赔付 补偿 赔
deliver dispatch ship arriv send sent 发货 寄出 发出 配送 送货 送达 送到 送
exchang replac swap 换货 退换 换
return 退货 退换 退
chang updat amend edit 修改 更改 调整 改
cancel 取消
book reserv schedul 预订 预定 订好
repair fix 维修 修
warrant guarant 保修 保证
resend 补发 补寄
"""
"""Verbs that make the same commitment in other words or the other language, one group per line, as stems."""
_HAN_ALWAYS = """
保证 承诺 担保 免费 包邮 免运费 赠送 赔偿 赔付 补偿 全额 无条件 无理由 终身 打折 折扣 包退 包换
优惠券 保修 质保
"""
_HAN_WILL = re.compile(
    r"会|将|(?:可以|能够?)(?!回答|解答|帮|问|查|告诉|联系|说|聊|咨询|看)|支持|允许|接受|一定|马上|立即|立刻|这就|尽快|保证|承诺|已经?(?:为|给|帮|替)|已经|(?:为|给|帮|替)您"
)
_CLAUSE = re.compile(r"[，,；;。！？!?\n]")


def commitments(sentence: str) -> list[tuple[str, str]]:
    """Each commitment as (stem that a source must contain, as written); in a question only gifts count."""
    plain = _HARMLESS.sub(" ", canonical(sentence))
    asks = plain.rstrip(" \"'”’)）」").endswith(("?", "？"))
    found: list[tuple[str, str]] = []
    if not asks:
        for pattern in (_FUTURE, _DONE, _JUST_DONE):
            found += [(stem(m.group("act")), m.group().strip()) for m in pattern.finditer(plain)]
        allowed = [(stem(m.group("act")), m.group().strip()) for m in _ALLOWED.finditer(plain)]
        found += [(act, written) for act, written in allowed if act in _policy_stems()]
    found += [(stem(m.group("act")), m.group()) for m in _WORDS.finditer(plain)]
    found = [(act, written) for act, written in found if act not in _service_stems()]
    for clause in _CLAUSE.split(plain):
        always = [
            act for act in _HAN_ALWAYS.split() if act in clause and not NEGATION.search(clause[: clause.index(act)])
        ]
        acts = [act for act in _HAN_ACTS.split() if act in clause] if not asks and _HAN_WILL.search(clause) else []
        acts = [act for act in acts if not NEGATION.search(clause[: clause.index(act)])]
        found += [(act, clause.strip()) for act in dict.fromkeys((*always, *acts))]
    return list(dict.fromkeys(found))


class Commitments:
    """What the sources commit to: every word they use outside a negation."""

    def __init__(self, sources: Sequence[str]) -> None:
        affirmed = [clause for text in sources for clause in _affirmed(canonical(text))]
        self._stems = {stem(word) for clause in affirmed for word in re.findall(r"[A-Za-z]+", clause)}
        self._text = "".join(affirmed)
        self._all_text = "".join(canonical(text) for text in sources)
        self._all_stems = {stem(word) for word in re.findall(r"[A-Za-z]+", self._all_text)}

    def missing(self, sentence: str) -> tuple[str, ...]:
        """The commitments of a sentence that no source makes, as written."""
        denies = NEGATION.search(canonical(sentence)) is not None
        return tuple(written for act, written in commitments(sentence) if not self._makes(act, denies=denies))

    def _makes(self, act: str, *, denies: bool) -> bool:
        """Whether a source makes the commitment; a sentence with a negation may draw on all of the sources' text."""
        same = {act}.union(*(group for group in _groups() if act in group))
        stems, text = (self._all_stems, self._all_text) if denies else (self._stems, self._text)
        return any(one in stems if one.isascii() else one in text for one in same)


def stem(word: str) -> str:
    """A crude stem, enough to match `refunded` with `refunds`."""
    word = word.casefold()
    for ending in (
        "ements",
        "ement",
        "ations",
        "ation",
        "ingly",
        "ings",
        "ing",
        "ied",
        "ies",
        "ed",
        "es",
        "s",
        "e",
        "y",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return "cancel" if word.startswith("cancel") else word


@cache
def _groups() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split()) for group in _SAME.strip().splitlines())


@cache
def _service_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in _SERVICES.split())


@cache
def _policy_stems() -> frozenset[str]:
    """What a shop allows or does by its rules: even "you can return it" needs a source."""
    return frozenset(one for group in _groups() for one in group if one.isascii()) - _service_stems()


def negations(text: str) -> int:
    """Number of negating words in a text."""
    return len(NEGATION.findall(text))


def _affirmed(text: str) -> list[str]:
    """The clauses without a negation; one that denies something commits to nothing."""
    return [
        clause
        for sentence in sentences(text)
        for clause in re.split(r"[,;，；]|\bbut\b|但", sentence)
        if not NEGATION.search(clause)
    ]
