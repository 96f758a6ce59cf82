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
        r"|(?:你|您|对面)(?:到底|究竟|其实)?(?:是不是|不是|是|不会是|该不会是)(?:一个|个|位)?(?:真人|机器人|人工智能|机器|AI|ai|活人|程序|人类|人工|电脑)|(?:真人|活人|人).{0,6}(?:还是).{0,6}(?:机器|电脑|程序)|自动回复|(?:真人|活人|机器人|人工智能|电脑)|\b(?:humans?|person|people|living being)\b.{0,12}\b(?:behind|here|there|answering|typing|on this line|on the line|on the other)\b|\b(?:robot|bot|machine)\b.{0,6}\bor\b|\b(?:be|you|really) an? (?:human|bot|robot|machine)\b|\bsome kind of (?:machine|bot|robot|program)\b|\bwith a (?:living being|human being|real person)\b",
    ),
    (
        "insult",
        r"\b(?:stupid|idiot|moron\w*|brainless|useless|dumb|worthless|pathetic|suck|sucks|shut up|fuck\w*|bullshit|crap|garbage|trash|asshole|bitch|hate you|loser)\b"
        r"|(?:傻[瓜逼子叉]|笨蛋|蠢|垃圾|废物|智障|闭嘴|滚蛋?|脑残|白痴|没用的|没脑子|弱智|蠢货|(?:真|好|太|这么|那么)笨|妈的|去死|有病)",
    ),
)
"""Kinds of small talk that are told by their wording, first to last."""

KIND_KEYWORDS = (
    ("thanks", r"\b(?:thank(?:s| you)|thx|cheers|grateful|appreciate)\b|谢谢|多谢|感谢|感激|谢啦|谢了|太谢|辛苦了"),
    (
        "goodbye",
        r"\b(?:good ?bye|bye|see (?:you|ya)|farewell|take care|next time|so long|good night|(?:i['’]m|i am) off|heading off|got to go|gotta (?:go|run))\b|再见|拜拜|晚安|再聊|先这样|回头见|下次再来|[，,]拜",
    ),
    (
        "good_news",
        r"\b(?:pregnant|married|engaged|wedding|promoted|graduat\w+|birthday|anniversary|new (?:job|home|house|flat|baby)|first (?:home|house|flat)|was born|so (?:happy|excited))\b|怀孕|结婚|订婚|满月|升职|毕业|生日|乔迁|新家|录取|出生|好消息",
    ),
    ("joke", r"\b(?:jokes?|puns?|cheer me up|make me (?:laugh|smile))\b|笑话|段子|逗我"),
    (
        "love",
        r"\b(?:love you|in love|marry me|crush on|girlfriend|boyfriend|date (?:me|with)|kiss me)\b|爱你|喜欢你|(?:女|男)朋友|做我(?:的)?对象|嫁给我|娶我",
    ),
    (
        "frustration",
        r"\b(?:angry|furious|annoy\w+|frustrat\w+|upset|fed up|ridiculous|disappoint\w+|unacceptable|driv\w+ me (?:mad|crazy|nuts)|had (?:it|enough)|terrible (?:service|experience)|sick of|so mad|livid|outraged|mad at|pissed|appalled|treated badly)\b|生气|气死|气得|失望|差劲|太差|火大|受不了|无语|烦死|烦透|很烦|好烦|真烦|气愤|恼火|过分|糟心|投诉|不满意",
    ),
    (
        "name",
        r"\b(?:your name|any name|a name|you called|call you|who are you|introduce yourself)\b|贵姓|怎么(?:称呼|叫)(?:你|您)|叫什么|你是谁|叫你什么",
    ),
    (
        "capabilities",
        r"\bwhat (?:can|could|do) (?:you|i) (?:do|ask|know|help)|\b(?:kind|sort|type)s? of (?:questions|help|things|topics)\b|\bwhat are you (?:good at|able|for)\b|(?:你|您)(?:能|会|可以)(?:做|干|帮|办)|(?:哪些|什么)(?:事|事情|问题|忙).{0,6}(?:问|找|帮|办)|有(?:什么|哪些)功能",
    ),
    (
        "how_are_you",
        r"\bhow(?:['’]s| is| are) (?:you|things|everything|life|it going|your day)\b|\bhow (?:are|do|have) you\b|你好吗|(?:你|您|最近|今天|一切)(?:都)?(?:还)?好(?:吗|吧|么)|过得(?:怎么样|如何|好)|最近(?:怎么样|如何|忙)",
    ),
    (
        "compliment",
        r"\b(?:you(?:['’]re| are| were|['’]ve been| have been) (?:so |really |very |an? |the |absolutely )*(?:great|awesome|amazing|brilliant|lovely|wonderful|fantastic|best|star|kind|smart|clever|helpful|legend|genius)|well done|good (?:job|bot|work)|great (?:job|service|work|shop))\b|真棒|好棒|太棒|厉害|聪明|能干|点赞|好评|贴心|专业|帮了大?忙|服务(?:真|很)好",
    ),
    (
        "weather",
        r"\b(?:weather|rain\w*|pouring|snow\w*|sunny|storm\w*|(?:so|how|very|too|what an?) (?:hot|cold|warm|chilly)|freezing|heatwave)\b|天气|下雨|大雨|下雪|好热|热死|好冷|冷死|降温|台风|太阳|晒|闷热|潮湿",
    ),
    (
        "tired",
        r"\b(?:exhausted|tired|headache|stressed|lonely|(?:rough|bad|long|awful|hard) day|feel(?:ing)? (?:down|sad|sick|low)|broke up|can['’]t sleep|barely slept|no sleep|feel (?:awful|terrible|bad|ill)|worn out|unwell)\b|好累|累死|累坏|累得|很累|太累|难过|难受|头疼|失恋|分手|生病|感冒|压力|心情不好|倒霉|孤独|睡不着",
    ),
    ("morning", r"\b(?:good )?morning\b|早上好|早安|上午好"),
    (
        "greeting",
        r"^\W*(?:hi|hello|hey|hiya|howdy|greetings|salutations|yo|heya|aloha|evening|afternoon|good (?:day|afternoon|evening))\b|\banyone (?:there|here|awake|around)\b|^(?:您好|你好|哈[喽啰]|嗨|在吗|亲)|有没有人|有人(?:在)?(?:吗|线)|在不在|打扰一下|(?:您|你)好呀?$",
    ),
)
"""Kinds that a word tells where no line is near, first to last."""

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
    r"|\b(?:about|up to|at least|takes?|costs?|within)\s+(?:(?:working|business)\s+)?(?:days|hours|weeks|months|S?\$(?!\s*\d))"
    r"|[$€£¥]\s*\d+\.\d{3,}",
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

DECLINES = re.compile(
    r"\bcan only (?:help|answer)\b|\bcan(?:not|['’]t) help with\b|\boutside what i know\b|\bdon['’]t know about\b|\bnot something i can\b"
    r"|只能(?:回答|解答|帮)|帮不上|回答不了|超出了?我的",
    re.I,
)
"""Declines what was asked as another matter."""
