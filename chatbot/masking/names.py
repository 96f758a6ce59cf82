"""Names of people where the text introduces them: "my name is ...", titles, greetings, sign-offs, 我叫, 收件人, 先生.

Knows: the words that introduce a name, Chinese surnames. Does not know: names that just stand somewhere: telling those
from products and places takes a language model and is wrong too often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.masking.personal import Kind, PersonalData

_CAP = (
    r"(?:[A-Z]\.|[A-ZÀ-ÖØ-ÞŁŠŽČ][a-zà-öø-ÿłšžčęąńśćź]*(?:['-][A-ZÀ-Þ]?[a-zà-ÿ]+)*|(?:O'|Mc|Mac|Al-|"
    r"El-)[A-Z][a-z]+)"
)
_PART = r"(?:de|van|von|der|den|la|del|al|bin|da|dos|di|du|le)"
_NAME = rf"{_CAP}(?:\s(?:{_PART}\s){{0,2}}{_CAP}){{0,3}}"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Monsieur|Madame|Señora?)"
# Greetings and sentences go on with these, capitalised or not.
_SENTENCE_WORDS = """
there team all everyone everybody sir madam sirs customer support again guys folks friend friends hi hello hey
so and but the a an i it is was my your this that not now please thanks thank just still very really on in at
of for from to spelled spelt wrong misspelled missing different unhappy happy sorry waiting calling writing
trying looking having getting going using also only here yes no ok okay sure what when where why how who can
could do does did german french english chinese american british spanish italian dutch swiss canadian
australian european monday tuesday wednesday thursday friday saturday sunday january february march july
iphone android windows visa mastercard paypal amazon ups dhl fedex vip black christmas easter dear best kind
regards agent assistant bot help service sales billing
"""
_NOT_NAMES = frozenset(_SENTENCE_WORDS.split())
_CUES = (
    # (pattern, group 1 = the name)
    rf"(?i:\b(?:my|his|her|the|their|full|first|last)?\s?name(?:'s| is|:))\s?(?:{_TITLE}\.?\s)?({_NAME})",
    r"(?i:\bmy name(?:'s| is))\s([a-z]{2,15}(?:\s[a-z]{2,15})?)(?=\s*(?:[.,!?;]|$|\sand\s))",
    rf"(?i:\b(?:i am|i'm|this is))\s({_NAME})(?=\s*(?:[,.!?;]|$|from\b|here\b|and\b|speaking\b|with\b))",
    rf"(?i:\b(?:account holder|card ?holder|recipient|bill to|attn|attention|contact|ask for|signed by|"
    rf"in the name of|it's under|"
    rf"under the name(?: of)?|(?:he|she|husband|wife|son|daughter|father|mother|driver|colleague|friend|man|"
    rf"lady|woman|agent)(?:'s| is)? (?:called|named)|customer|buyer|consignee|name on the (?:account|card|order) is))"
    rf"(?i:\s?(?:name|is|:)){{0,2}}\s?({_TITLE}\.?\s{_NAME}|{_NAME})(?=\s*(?:[,.!?;/]|$|at\b|on\b|and\b))",
    rf"\b({_TITLE}\.?\s{_NAME})",
    rf"(?:^|[:：.!?]\s*)(?:Hi|Hello|Hey|Dear|Thanks|Thank you|Thx|Good (?:morning|afternoon|evening)|Morning|hi|"
    rf"hello|hey|dear|thanks)"
    rf",?\s({_NAME})(?=\s*(?:[,.!:]|$|-))",
    rf"(?i:\b(?:regards|sincerely|cheers|yours(?: truly)?|all the best|greetings|signed)),?\s+({_NAME})\s*$",
    rf"(?:^|[:：,.!?]\s*|\bHi |\bHello )({_NAME})(?=\s(?:here|speaking)\b)",
    rf"(?i:\b(?:send it to|ship(?: it)? to|bill to|deliver(?: it)? to|care of|c/o|for):?\s)({_TITLE}\.?\s{_NAME})",
)
_ENGLISH = tuple(re.compile(cue) for cue in _CUES)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦傅付方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳"
    "翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳"
    "時張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭葉蘇魏呂盧譚陸賈韋鄒閻龍賀顧龔錢嚴湯溫歐關蘭紀畢單蔣葛卓简郎宫"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|南宫|歐陽|司馬|諸葛"
_SURNAME = rf"(?:{_COMPOUND}|[{_SURNAMES}])"
_HAN = r"[\u4e00-\u9fff]"
_FULL = rf"(?:{_COMPOUND}){_HAN}{{1,2}}|[{_SURNAMES}]{_HAN}{{1,2}}"
_END = r"(?![\u4e00-\u9fff])"
_GOES_ON = r"(?=[想要的买说在是来会能和有已跟与不，,。.!！?？;；、\s:：(（]|上次|昨天|今天|之前|刚|收|$)"
_TITLES = (
    "先生|女士|小姐|太太|夫人|阿姨|叔叔|大爷|大妈|师傅|師傅|老师|老師|医生|醫生|律师|同学|经理|經理|主任|总监|女仕"
)
_ZH_CUES = (
    # a field of a form or a plain introduction: the name goes to the end of the run, at most 4 characters or with a dot
    rf"(?:我叫|名字[是叫]?|姓名[是为]?|收件人[是为]?|收货人[是为]?|收貨人[是為]?|联系人[是为]?|聯絡人|户名|户主|"
    rf"戶名|开户人|申请人|本人|机主|持卡人|买家姓名|"
    rf"[他她]叫|我是|寄给|叫)[:：\s]*(?P<name>(?:{_FULL})){_GOES_ON}",
    rf"(?:(?<![帮给替为请跟])我叫|名字[是叫]|姓名[是为]?[:：\s]|收件人[是为]?[:：\s]?|收货人[是为]?[:：\s]?|"
    rf"联系人[:：\s]?)\s*(?P<name>(?![你我他她它您这那了的不个快什啥外车人客是写错]){_HAN}{{2,6}}"
    rf"(?:·{_HAN}{{1,6}})*){_END}",
    rf"(?:我叫|姓名[是为]?[:：]?|收件人[是为]?[:：]?|收货人[是为]?[:：]?|联系人[:：]?|户名|"
    rf"户主)\s*(?P<name>[{_SURNAMES}]{_HAN})(?={_HAN})",
    rf"(?:叫我|我叫)(?P<name>[小老阿][{_SURNAMES}])",
    rf"我姓(?P<name>{_SURNAME}){_GOES_ON}",
    rf"(?P<name>(?:{_COMPOUND}|(?<!基)[{_SURNAMES}])(?:{_TITLES}))",
    rf"(?:^|(?<=[，,。.!！?？:：;；、\s找给叫是请跟和的]))(?P<name>(?:{_FULL})(?:先生|女士|小姐|太太))",
    rf"(?:^|(?<=[，,。;；、\s:：]))(?P<name>{_FULL})[，,、\s:：]+(?=(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{{4}}|\[phone\])",
    rf"(?<=[，,、\s:：])(?P<name>{_FULL})(?=收(?:$|[，,。\s]))",
)
_CHINESE = tuple(re.compile(cue) for cue in _ZH_CUES)
_NOT_CHINESE_NAMES = re.compile(
    r"黄金|路痴|白金|高级|金牌|安卓|方便|马上|成功|成都|万一|关于|单独|向你|任何|温馨|高先进|方案|石家|毛病|"
    r"安全|安装|金额|金色|白色|黄色|蓝色|"
    r"经常|时间|包裹|包邮|包装|文件|单号|单子|管理|易碎|路上|华为|苏宁|武汉|江苏|江西|云南|广|南京|季度|充|童装|"
    r"童鞋|梅花|尚未|"
    r"解决|解释|关闭|于是|什么|陈旧|成为|成人|向上|安心|施工|康复|甘肃|宁波|宁夏|阳台|龙头|石头|牛奶|牛仔|毛衣|"
    r"马桶|花|顾客|严重|许多|曲线|左右|左边|付款|付了|"
    r"付钱|路由|游戏|游客|田|单品|卓越|郎|万家|全部|简单|段时|尤其|房间|房子|左|白|高"
)


def names(text: str) -> Iterator[PersonalData]:
    """Names behind a word that introduces them."""
    for pattern in _ENGLISH:
        for match in pattern.finditer(text):
            yield from _english(match)
    if any("\u4e00" <= letter <= "\u9fff" for letter in text):
        for pattern in _CHINESE:
            for match in pattern.finditer(text):
                if not _NOT_CHINESE_NAMES.match(match["name"]) or match["name"].endswith(("先生", "女士", "小姐")):
                    yield PersonalData(Kind.NAME, *match.span("name"))


def _english(match: re.Match[str]) -> Iterator[PersonalData]:
    words = match[1].split()
    if words[0].casefold().rstrip(".") in _NOT_NAMES:
        return
    end = match.end(1)
    # "Laura Thanks" or "Chloe Is": the name ends where a word of a sentence begins.
    for at, word in enumerate(words[1:], 1):
        if word.casefold() in _NOT_NAMES:
            end = match.start(1) + len(" ".join(words[:at]))
            break
    yield PersonalData(Kind.NAME, match.start(1), end)
