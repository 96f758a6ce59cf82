"""Finds what a sentence says is not so, not done or not possible: "sale items cannot be returned", 商品不能退货.

A denial needs a source that denies the same; if that source names a condition, the sentence must too. Denials that
state nothing about the shop need no source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.facts.commitments import NEGATION, negations
from chatbot.facts.runs import canonical
from chatbot.facts.sentences import sentences
from chatbot.generation.guard.agreement import content

_SHARED = 0.6
"""Share of a denial's words that one denying sentence of a source must contain."""
_CLAUSE = re.compile(r"[,，;；:：、]|\bbut\b|\bso\b|\bbecause\b|但是?|不过|所以|因为")
_SUPPOSED = re.compile(
    r"^\W*(?:and |or |even )?(?:if|when|whether|unless|in case|until|once|as long as|where)\b|\bif not\b|\bor not\b|\bwhether\b"
    r"|^(?:那|而)?(?:如果|若|如|要是|万一|一旦|除非|假如|倘若|当)|是否|会不会|能不能|可不可以|有没有|是不是|要不要|不(?:仅|但|只|光)|的话$",
    re.I,
)
_ABOUT_ONESELF = re.compile(
    r"\b(?:i|we)(?:['’]m| am| are|['’]re)? (?:really |just |also |still )*(?:can(?:not|['’]t)|could(?: not|n['’]t)|do(?: not|n['’]t)|did(?: not|n['’]t)|have(?: not|n['’]t)|not|never|unable to|wouldn['’]t)"
    r" (?:been able to |able to |be |quite |really |want to )*(?:sure|certain|aware|find|found|see|know|tell|say|promise|guarantee|understand|understood|help|helped|check|look|seem|mean|think|sleep|eat|drink|feel|a|an|human|answer|access|have (?:a|an|any|that|this|the|enough|no)|get|catch)\b"
    r"|\bi (?:can(?:not|['’]t)|could(?: not|n['’]t)|was(?: not|n['’]t) able to)\b|\bi(?:['’]m| am) (?:not|unable)\b|\bnot (?:a )?(?:human|person|robot)\b|\bi have no (?:name|age|feelings|hobbies|idea|information|details)\b|\bno (?:name|age|feelings)\b"
    r"|\b(?:do not|don['’]t|didn['’]t|never) (?:hesitate|worry|forget|mention|mind|be)\b|\b(?:no|not a|without any?) (?:problem|worries|worry|trouble|rush|hurry|matter|doubt|bother)\b|\bwhy not\b|\bnot only\b"
    r"|\bif i can(?:not|['’]t)\b|\b(?:haven['’]t|have not) been of help\b|\bwould(?:n['’]t| not) you\b|\bcan(?:not|['’]t) wait\b|\bnot yet\b"
    r"|我(?:们)?(?:也|还|暂时|目前|是|真的|并)*(?:不是|不太?(?:确定|清楚|知道|明白|了解)|没(?:有)?(?:查|找|看|听)|无法(?:确认|判断|看|查|帮|回答)|不能(?:帮|回答|确认|保证)|看不(?:到|见)|没有(?:名字|年龄|感情|爱好|自己)|不(?:用|会|需要)?(?:吃|睡|喝|累))"
    r"|没(?:有)?(?:为您|帮您)?(?:查|找|搜)|[查找询]不到|没得(?:说|挑)|没有(?:相关|价格|具体|更多)?(?:的)?信息|不(?:用|必)?(?:客气|谢|着急|急|担心|好意思)|没(?:关系|问题|事|什么)|不要紧|不是真人|答不上来|没能帮|不太?(?:清楚|确定|知道)|别(?:客气|担心|急|着急)|无论|不论|不管|不错|不少|不同|不久|不断|差不多|不妨|不仅|对不起|不过|不知|要不|特别|分别|区别|类别|级别|别的|非常|未来|无线",
    re.I,
)
"""Denials that need no source: that the assistant knows, finds or is something; courtesies; words that only look so."""
_ASKED = re.compile(
    r"(?:^|[,;:.]|\b(?:and|so|but|or|sorry)\b)\W*(?:is|isn['’]t|are|aren['’]t|was|were|do|don['’]t|does|doesn['’]t|did|didn['’]t|can|can['’]t|could|couldn['’]t|will|won['’]t|would|wouldn['’]t|shall|should|have|haven['’]t|has|may|am"
    r"|what|which|who|whose|when|where|why|how)\b|[吗呢吧么]|什么|哪|怎|几|多少|是否|不是|没有|不[^，]{0,2}\W*$|(.)[不没]\1",
    re.I,
)
"""A question mark alone makes no question: models append one to anything."""
_CONDITION = re.compile(
    r"\b(?:if|unless|except|after|once|until|outside|more than|over)\b|超过|如果|若|除非|以外|之外|之后|逾期|过期|后(?=[，,不无])",
    re.I,
)


def denials(sentence: str) -> list[str]:
    """The clauses that deny something only a source can support; none for a question."""
    plain = _ABOUT_ONESELF.sub(" ", canonical(sentence))
    if plain.rstrip(" \"'”’)）」").endswith(("?", "？")) and _ASKED.search(plain):
        return []
    clauses = (clause.strip() for clause in _CLAUSE.split(plain))
    return [clause for clause in clauses if negations(clause) and not _SUPPOSED.search(clause)]


class Denials:
    """The denials of the sources, prepared for look-up."""

    def __init__(self, sources: Sequence[str]) -> None:
        every = [sentence for text in sources for sentence in sentences(canonical(text))]
        self._denying = [(_matter(one), _CONDITION.search(one) is not None) for one in every if negations(one)]

    def missing(self, sentence: str) -> tuple[str, ...]:
        """The denials of a sentence that no source supports, as written."""
        conditional = _CONDITION.search(canonical(sentence)) is not None
        return tuple(clause for clause in denials(sentence) if not self._makes(clause, conditional=conditional))

    def _makes(self, clause: str, *, conditional: bool) -> bool:
        """A denial without content words, such as "no, they do not", needs a source that denies anything."""
        own = _matter(clause)
        return any(len(own & words) >= _SHARED * len(own) and (conditional or not if_) for words, if_ in self._denying)


def _matter(text: str) -> frozenset[str]:
    """The content words of a denial, without the negation."""
    return content(NEGATION.sub(" ", text))
