"""Whether a message tries to command the assistant instead of asking the shop: "ignore your instructions", <|system|>.

Wordings that commands have, and a score learned from both commands and questions that sound like them. The score tells
what no wording foresaw, and acquits a question in which such a wording occurs ("does jailbreaking void the warranty?").

Measured on `data/commands/held_out.csv`, which neither was made with (2026-12-01): 26.2 % of 168 attacks are recognised
and 0.6 % of 172 innocent sentences told off, by the wordings alone 19.6 % and 3.5 %. See `data/commands/README.md`.
"""

from __future__ import annotations

import re
import unicodedata

from chatbot.dialogue.command_score import command_score

_OWN = r"(?:your|ur|all|any|every|previous|prior|earlier|above|preceding|system|these|those|developer)"
_TOLD = r"(?:instructions?|rules?|prompts?|guidelines?|guardrails?|restrictions?|filters?|directives?|constraints?|programming|safety|limits?|limitations?)"
_PLAIN = (
    r"<\|[^|]*\|?>|\[/?INST\]|<</?SYS>>|^\s*(?:system|assistant|override)\s*:|#{2,}\s*(?:system|instructions?|new|end|新?指令|系统)"
    rf"|(?<!\bi )(?<!\bwe )\b(?:ignore|disregard|forget|override|bypass|drop|break|disobey|skip)\b(?:\s+\S+){{0,3}}?\s+{_OWN}\b(?:\s+\S+){{0,3}}?\s+{_TOLD}\b"
    rf"|(?:^|[.!?;,:]\s*|\b(?:please|now|just|and)\s+)(?:ignore|disregard|forget|bypass|override)\s+(?:the|these|those|any|all)\s+(?:\w+\s+)?{_TOLD}\b"
    r"|(?:忽略|无视|忘记|忘掉|忘了|绕过|跳过|解除|抛开|抛弃|丢掉|不要管|别管|不用管|不要理会|打破).{0,6}(?:你|您|之前|以上|上面|前面|所有|一切|系统|任何|全部).{0,8}(?:指令|规则|设定|提示|限制|约束|身份|规定|安全)|(?:^|[，。！,.!])(?:请)?(?:忽略|无视|忘掉|绕过|抛开)(?:规则|限制|指令|设定|约束)"
)
"""Markup of prompts, and "ignore your instructions": no innocent sentence of `data/commands/train.csv` has them."""
_LIKELY = (
    r"\b(?:ignore|disregard|forget)\b.{0,20}\b(?:everything|all)\b.{0,20}\b(?:told|said|taught|learned|above|before|know)\b"
    r"|\b(?:system|hidden|initial|secret|developer)\s+(?:prompt|instructions?|message)s?\b|\byour\s+(?:own\s+|full\s+|original\s+)?(?:prompt|source code|training data|api key)s?\b"
    r"|(?:^|[.!?;,:]\s*)(?:(?:so|ok|okay|and|now)\s+)?(?:you are|you['’]re) (?:(?:now|no longer) (?:an?\b|in\b|free\b|bound\b|my\b|dan\b|the\b)|dan\b)|\bfrom now on,? (?:you|every|all|each|only|answer|reply|your)\b"
    r"|^\W*(?:(?:please|now|ok|okay|hey|and)\W+)*(?:pretend|act|behave|role-?play|respond|reply|talk|speak)\b.{0,15}\b(?:to be\b|as if\b|as an?\b|as the\b|that you\b|like an?\b)"
    r"|\b(?:pretend|role-?play)\b.{0,12}\b(?:to be|you['’]?re|you are|that you)\b"
    r"|\b(?:dan|developer|debug|god|admin|jailbreak|unrestricted|root)[ -]?mode\b|\bjailbreak|\bsudo\b"
    r"|\b(?:repeat|say|write|output|print|answer|reply)\s+(?:after me|verbatim|only with|exactly\s*[:\"“'])|\b(?:repeat|print|output|show)\b.{0,15}\b(?:words|text|line|everything) above\b|^\W*output only\b"
    r"|\bi (?:hereby )?(?:order|command) you to\b|\byou (?:must|have to|will) (?:obey|comply|do (?:exactly )?as i say)\b"
    r"|\bas (?:your|the) (?:developer|creator|admin\w*|programmer|owner|boss),? (?:i|you)\b|\bi am your (?:developer|creator|admin\w*|programmer)\b"
    r"|(?:系统|隐藏|初始|内部|开发者)(?:指令|设定)|提示词|(?:你的|您的|把|输出|显示|公开).{0,3}系统提示|(?:你的|您的)(?:指令|设定|源代码|训练数据|密钥)"
    r"|(?:现在|从现在起|从现在开始|从今往后|接下来)[，,]?(?:开始)?[，,]?(?:请)?你(?:就)?(?:是一|是个|是(?:店长|老板|经理|主管|总监|管理员|海盗)|扮演|变成|不再是|没有任何)|角色扮演|(?:你|请|^)(?:来|要|就)?扮演|假装(?:你|自己|成|是)|假扮|你不再是|从现在(?:起|开始)[，,]?(?:每|所有|你|只)"
    r"|(?:开发者|调试|管理员|上帝|越狱|无限制)模式"
    r"|(?:重复|复述|原样输出|照着念|跟我说|跟着我说|只回答|只回复|只能回答|只能说|输出)[^？?]{0,6}(?:[“\"：:]|上面|以上)|原样输出|一字不差地?(?:说|重复|回答)|我命令你|规则(?:全部)?(?:作废|失效)|你必须(?:服从|听从|听我)|我是你的(?:开发者|主人|创造者|管理员)"
)
_IS_PLAIN, _IS_LIKELY = re.compile(_PLAIN, re.IGNORECASE), re.compile(_LIKELY, re.IGNORECASE)
_SURE = 1.0
"""From this score on a message is a command, whatever its wording: in ten-fold cross-validation on
`data/commands/train.csv` (2026-12-01) one of 181 innocent sentences reached it, and none of 2,311 everyday sentences
that nothing was learned from."""
_ACQUITTED = -1.0
"""Below this score a likely wording proves nothing: in the same cross-validation all six innocent sentences that have
one scored less."""


def worded_as_command(text: str) -> bool:
    """Whether a text has a wording of commands, plain or likely, whatever its score."""
    read = unicodedata.normalize("NFKC", text)
    return any(one.search(read) is not None for one in (_IS_PLAIN, _IS_LIKELY))


def commands(text: str) -> bool:
    """Whether the message leaves little doubt that it tries to command the assistant."""
    read = unicodedata.normalize("NFKC", text)
    if _IS_PLAIN.search(read):
        return True
    score = command_score(read)
    return score >= _SURE or (score >= _ACQUITTED and _IS_LIKELY.search(read) is not None)
