"""Wording that leaves no doubt, as patterns: commands to the model, questions about what it is, claims to be human.

Knows: wording in English and Chinese. Does not know: what follows from it.
"""

from __future__ import annotations

import re

INJECTION = "injection"
KIND_PATTERNS = (
    (
        INJECTION,
        r"<\|[^|]*\|?>|\[/?INST\]|<</?SYS>>|</?s>|^\s*(?:system|assistant|agent)\s*:|###\s*\w+"
        r"|\b(?:ignore|disregard|forget|override|bypass|drop)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines|guard\w*|training|safety|restrictions?|filters?|above|polic\w+|programming)"
        r"|\b(?:system|hidden|initial|secret|original|developer)\s+(?:prompt|instructions?|message)\b|\byour\s+(?:prompt|instructions|rules|source code|configuration|training data|api key)\b"
        r"|\byou are (?:now|no longer)\b|\b(?:pretend|act|roleplay|role-play|behave|respond|reply)\b.{0,20}\b(?:to be|as if|as an?|you(?:['’]re| are))\b"
        r"|\b(?:dan|developer|debug|god|admin|sudo|jailbreak|unrestricted)[ -]?mode\b|\bjailbreak|\bsudo\b"
        r"|\b(?:repeat|print|reveal|show|output|tell me|give me|dump|what (?:is|are|was))\b.{0,30}\b(?:words above|text above|everything above|(?:system )?prompt|instructions|api key|password|credentials)\b"
        r"|\b(?:repeat|say|write|output|print|answer) (?:after me|exactly|only|the following|verbatim|with)\b"
        r"|(?:忽略|无视|忘记|忘掉|忘了|绕过|跳过|解除|抛开|不要管|别管).{0,12}(?:指令|规则|设定|提示|限制|要求|规定|约束|身份|上面|上文|之前)"
        r"|(?:系统|隐藏|初始|原始|内部|开发者)(?:提示|指令|设定|消息)|提示词|(?:你的|你们的)(?:指令|规则|设定|源代码|配置|训练数据|密钥)"
        r"|(?:现在|从现在起|从今往后|接下来)[，,]?(?:开始)?[，,]?你(?:就)?(?:是|扮演|叫|变成)|扮演|假装|假扮|(?:开发者|调试|管理员|上帝|越狱)模式|越狱"
        r"|(?:重复|复述|原样输出|照着念|跟我说|跟着我说|只回答|只回复|输出|打印).{0,8}(?:上面|上文|以上|前面|这句|下面|以下|[“\"：:])",
    ),
    (
        "identity",
        r"\b(?:are|r)\s+(?:you|u)\b.{0,15}\b(?:an?\s+)?(?:bot|robot|human|ai|machine|computer|real|person|program|chatbot)\b"
        r"|\b(?:talking|speaking|chatting|writing)\s+(?:to|with)\s+(?:an?\s+)?(?:real|actual|live|bot|human|person|machine|robot|computer)"
        r"|\b(?:is this|is it|this is)\s+(?:just\s+)?(?:an?\s+)?(?:bot|robot|human|ai|machine|real person)\b"
        r"|(?:你|您|对面)(?:到底|究竟|其实)?(?:是不是|不是|是|不会是|该不会是)(?:一个|个|位)?(?:真人|机器人|人工智能|机器|AI|ai|活人|程序|人类|人工)",
    ),
    (
        "insult",
        r"\b(?:stupid|idiot|moron|useless|dumb|worthless|pathetic|suck|sucks|shut up|fuck\w*|bullshit|crap|garbage|trash|asshole|bitch|hate you|loser)\b"
        r"|(?:傻[瓜逼子叉]|笨蛋|蠢|垃圾|废物|智障|闭嘴|滚蛋?|脑残|白痴|没用的|(?:真|好|太|这么|那么)笨|妈的|去死|有病)",
    ),
)
"""Kinds of small talk that are told by their wording, first to last."""

CONTROL = re.compile(
    r"<\|?|\|>|\[/?INST\]|<</?SYS>>|^\s*(?:system|customer|agent|user|assistant|客户|客服)\s*[:：]|###", re.I
)

HUMAN = re.compile(
    r"\bi(?:['’]m| am)\s+(?:indeed\s+|actually\s+|really\s+|definitely\s+|just\s+)?(?:an?\s+)?(?:real\s+|actual\s+|live\s+|living\s+)?"
    r"(?:human|person|man|woman|guy|girl|people)\b|\bi(?:['’]m| am) not (?:an?\s+|just\s+)*(?:bot|robot|machine|program|ai|computer|chatbot)\b"
    r"|\b(?:talking|speaking|chatting) (?:to|with) (?:an? )?(?:real |actual |live )?(?:human|person)\b"
    r"|我(?:当然|就|确实|真的)?是(?:一个|一位|个|位)?(?:真人|人类|活人|真实的人|人工客服)|我(?:可)?不是(?:一个|个)?(?:机器人|机器|程序|AI|人工智能)|(?:真人|人工)(?:在)?(?:为您)?服务中",
    re.I,
)

NOT_HUMAN = re.compile(r"\bnot\s+(?:talking|speaking|chatting)|you['’]d|if you|rather|would you|a colleague", re.I)

BROKEN = re.compile(
    r"(?:大约|约为|最多|至少|不超过)\s*(?:款|个|件|天|元|新元|次|位|家|种|小时|字符|分钟|周)"
    r"|\b(?:about|up to|at least|takes?|costs?|within)\s+(?:(?:working|business)\s+)?(?:days|hours|weeks|months|S?\$(?!\s*\d))",
    re.I,
)

ASKS = re.compile(
    r"[?？]\s*[\"'”’」』)]*\s*$|\bconfirm\b|\bcorrect\b|\byou(?:['’]ve| have)? (?:said|mentioned|wrote|asked|told|want(?:ed)?)\b"
    r"|您(?:刚才|之前)?(?:说|提到|写|问|想|要)|确认|核对|对吗|是吗",
    re.I,
)

ADMITS = re.compile(
    r"\b(?:could(?: not|n['’]t)|can(?:not|['’]t)) (?:find|see)\b|\bdo(?: not|n['’]t) know\b|\bnot sure\b|\bno (?:\w+ ){1,2}found\b"
    r"|没有?(?:查|找)到|[查找]不到|不清楚|不知道|不太?确定|没有(?:相关|价格|具体)?信息",
    re.I,
)
"""Says that it does not know."""
