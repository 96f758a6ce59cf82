"""Names of people where the text introduces them: "my name is ...", titles, greetings, sign-offs, 我叫, 收件人, 先生.

Names without such a cue are not found: telling them from products and places takes a language model and is wrong too
often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.pii.kinds import Kind, PersonalData

_CAP = (
    r"(?:[A-Z]\.|[A-ZÀ-ÖØ-ÞŁŠŽČ][a-zà-öø-ÿłšžčęąńśćź]*(?:['-][A-ZÀ-Þ]?[a-zà-ÿ]+)*|(?:O'|Mc|Mac|Al-|"
    r"El-)[A-Z][a-z]+)"
)
_PART = r"(?:de|van|von|der|den|la|del|al|bin|da|dos|di|du|le)"
_NAME = rf"{_CAP}(?:\s(?:{_PART}\s){{0,2}}{_CAP}){{0,3}}"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Monsieur|Madame|Señora?)"
# Words that follow greetings or begin sentences, capitalised or not.
_SENTENCE_WORDS = """
there team all everyone everybody sir madam sirs customer support again guys folks friend friends hi hello hey
so and but the a an i it is was my your this that not now please thanks thank just still very really on in at
of for from to spelled spelt wrong misspelled missing different unhappy happy sorry waiting calling writing
trying looking having getting going using also only here yes no ok okay sure what when where why how who can
could do does did german french english chinese american british spanish italian dutch swiss canadian
australian european monday tuesday wednesday thursday friday saturday sunday january february march july
iphone android windows visa mastercard paypal amazon ups dhl fedex vip black christmas easter dear best kind
regards agent assistant bot help service sales billing
mate mates bud buddy pal dude man bro sis hun love luv babe boss lads ladies folks lot lots heaps bunch loads
alot muchly much tons anyway anyways though bye byebye goodbye later cheers advance wishes day night evening
morning afternoon weekend asap soon then already indeed kindly both ever million x xx xxx
you yours ya u very lovely great wonderful amazing
"""
_NOT_NAMES = frozenset(_SENTENCE_WORDS.split())
_KIN_EN = (
    "wife|husband|son|daughter|mother|father|mum|mom|dad|brother|sister|partner|friend|neighbou?r|colleague|boss|assistant|"
    "flatmate|girlfriend|boyfriend|agent|advisor|carer|nanny|nurse|tenant|landlord|fianc[ée]e?|uncle|aunt|auntie|cousin|"
    "nephew|niece|grand(?:son|daughter|mother|father|ma|pa)|gran|nan|housemate|roommate|manager|secretary|spouse|twin"
)
_CLOSING = (
    "(?:kind |best |warm |many )?(?:regards|thanks|wishes)|best|sincerely|respectfully|cheers|"
    "yours(?: (?:truly|faithfully|sincerely))?|all the best|greetings|signed|with thanks|thank you"
)
_CUES = (
    # (pattern, group 1 = the name)
    rf"(?i:\b(?:my|his|her|the|their|full|first|last)?\s?name(?:'s| is|:))\s?(?:{_TITLE}\.?\s)?({_NAME})",
    r"(?i:\bmy name(?:'s| is))\s([a-z]{2,15}(?:\s[a-z]{2,15})?)"
    r"(?=\s*(?:[.,!?;]|$)|\s(?:and|i|i'm|my|from|here|with)\b)",
    rf"(?:^|[.!?]\s*)(?i:it's|its|this is)\s({_CAP}\s{_NAME})(?=,?\s(?:we|i|I|my|here|calling|about|again)\b)",
    r"(?:^|[.,!?]\s*)(?i:thx|thanks|thank you|cheers|regards),?\s([a-z]{3,12})\s*[.!x]*$",
    rf"(?i:\b(?:ship|deliver|send|bill|post)(?:ed|ing)?(?: it| this)?(?: to|:)+):?\s({_CAP}\s{_NAME})"
    r"(?=,\s?\d{1,5}[A-Za-z]?\s[A-Z])",
    # a line of an address book: a name, then a phone number or an e-mail address
    rf"(?:^|[:;.!?]\s*)({_CAP}\s{_NAME})(?=[,:]?\s(?:\(?\+?\d[\d ().-]{{7,}}\d|[\w.+-]+@))",
    rf"(?i:\b(?:i am|i'm|this is))\s({_NAME})(?=\s*(?:[,.!?;]|$|from\b|here\b|and\b|speaking\b|with\b))",
    rf"(?i:\b(?:account holder|card ?holder|recipient|bill to|attn|attention|contact|ask for|signed by|"
    rf"in the name of|it's under|"
    rf"under the name(?: of)?|(?:he|she|husband|wife|son|daughter|father|mother|driver|colleague|friend|man|"
    rf"lady|woman|agent)(?:'s| is)? (?:called|named)|customer|buyer|consignee|name on the (?:account|card|order) is))"
    rf"(?i:\s?(?:name|is|:)){{0,2}}\s?({_TITLE}\.?\s{_NAME}|{_NAME})(?=\s*(?:[,.!?;/]|$|at\b|on\b|and\b))",
    rf"\b({_TITLE}\.?\s{_NAME})",
    rf"(?i:\bit's)\s({_NAME})(?=\s(?:again|here|from|speaking|calling)\b)",
    rf"(?i:\b(?:my|our|his|her)\s(?:(?:late|elderly|young(?:er|est)|old(?:er|est)|eldest|new|ex|best|good)[ -])?"
    rf"(?:{_KIN_EN})),?\s({_NAME})",
    rf"\b(?:[Aa]gent|[Aa]dvisor|[Cc]olleague|[Dd]river)\s({_NAME})(?=\s[a-z])",
    rf"\bname\s({_NAME})",
    rf"\b(?i:gift|parcel|package|present|delivery|it|this)\s(?:is|was)\sfor\s({_NAME})",
    rf"(?i:\b(?:person|client|tenant|guest|passenger|patient|owner|payee|payer|sender|addressee|recipient|"
    rf"holder|member|"
    rf"traveller|attendee|driver|caller)\s?:\s?)({_NAME})",
    rf"(?i:\b(?:sur|last |first |full )?name\b[^.!?:]{{0,30}}?\b(?:is(?: now)?|to|be|as|under)\s)({_NAME})",
    rf"(?:^|[:：.!?]\s*)(?:Hi|Hello|Hey|Dear|Thanks|Thank you|Thx|Good (?:morning|afternoon|evening)|Morning|hi|"
    rf"hello|hey|dear|thanks)"
    rf",?\s({_NAME})(?=\s*(?:[,.!:]|$|-|from\b|here\b|calling\b|again\b))",
    rf"(?:^|[.!?,]\s*|\s)(?i:{_CLOSING})[,.!]?\s+({_NAME})(?=\s*(?:$|,\s*\+?\(?\d))",
    rf"(?i:\b(?:from|to|cc|attn|sender)\s*:\s*)({_NAME}(?=\s*<)|{_CAP}\s{_NAME}(?=\s*(?:$|,|;|\()))",
    rf"(?i:\b(?:voicemail|missed call) from)\s({_TITLE}\.?\s{_NAME}|{_NAME})",
    rf"(?i:\b(?:maiden|married|former|legal|full|real|middle) name,?(?: is| was|:)?)\s({_NAME})",
    r"(?i:\bname on (?:the |my )?card,?(?: is| reads|:)?)\s"
    rf"((?:[A-Z]\.?\s){{0,2}}[A-Z]{{2,}}(?:\s[A-Z]{{2,}})*|{_NAME})",
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
_COMPOUND = (
    "申屠|钟离|宇文|长孙|独孤|呼延|百里|淳于|澹台|濮阳|赫连|欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|南宫|"
    "歐陽|司馬|諸葛"
)
_SURNAME = rf"(?:{_COMPOUND}|[{_SURNAMES}])"
_HAN = r"[\u4e00-\u9fff]"
_FULL = rf"(?:{_COMPOUND}){_HAN}{{1,2}}|[{_SURNAMES}]{_HAN}{{1,2}}"
_END = r"(?![\u4e00-\u9fff])"
_GOES_ON = r"(?=[想要的买说在是来会能和有已跟与不，,。.!！?？;；、\s:：(（]|上次|昨天|今天|之前|刚|收|$)"
_TITLES = (
    "先生|女士|小姐|太太|夫人|阿姨|叔叔|大爷|大妈|师傅|師傅|老师|老師|医生|醫生|律师|同学|经理|經理|主任|总监|女仕"
)
_KIN = (
    "妈妈?|爸爸?|父亲|母亲|爱人|老公|老婆|媳妇|丈夫|妻子|儿子|女儿|姐姐?|哥哥?|弟弟?|妹妹?|爷爷|奶奶|外公|外婆|岳父|岳母|"
    "公公|婆婆|同事|朋友|室友|闺蜜|邻居|老板|领导|家人|表[姐哥弟妹]|堂[姐哥弟妹]"
)
_ZH_CUES = (
    # a form field or a plain introduction: the name extends to the end of the run, 4 characters at most or with a dot
    rf"(?:我叫|名字[是叫]?|姓名[是为]?|收件人[是为]?|收货人[是为]?|收貨人[是為]?|联系人[是为]?|聯絡人|户名|户主|"
    rf"戶名|开户人|申请人|负责人|经办人|签收人|报修人|购买人|下单人|业主|真名|本人|机主|持卡人|买家姓名|"
    rf"[他她]叫|我是|寄给|叫)[是为]?[:：\s]*(?P<name>(?:{_FULL})){_GOES_ON}",
    rf"(?:(?<![帮给替为请跟])我叫|名字[是叫]|姓名[是为]?[:：\s]|收件人[是为]?[:：\s]?|收货人[是为]?[:：\s]?|"
    rf"联系人[:：\s]?)\s*(?P<name>(?![你我他她它您这那了的不个快什啥外车人客是写错]){_HAN}{{2,6}}"
    rf"(?:·{_HAN}{{1,6}})*){_END}",
    rf"(?:我叫|姓名[是为]?[:：]?|收件人[是为]?[:：]?|收货人[是为]?[:：]?|联系人[:：]?|户名|"
    rf"户主)\s*(?P<name>[{_SURNAMES}]{_HAN})(?={_HAN})",
    rf"(?:叫我|我叫)(?P<name>[小老阿][{_SURNAMES}])",
    rf"我姓(?P<name>{_SURNAME}){_GOES_ON}",
    rf"(?P<name>(?:{_COMPOUND}|(?<!基)[{_SURNAMES}])(?:{_TITLES}))",
    rf"(?:^|(?<=[，,。.!！?？:：;；、\s找给叫是请跟和的]))(?P<name>(?:{_FULL})(?:先生|女士|小姐|太太))",
    rf"(?<=[，,、\s:：])(?P<name>{_FULL})(?=收(?:$|[，,。\s]))",
    # a form field that is corrected later in the sentence
    rf"(?:收件人|收货人|收貨人|联系人|名字|姓名|户名)[^。！!？?\n]{{0,10}}?(?:应该是|应是|改成|改为|改為|换成|写成|其实是)"
    rf"(?P<name>{_FULL})(?=[，,。；;！!？?\s]|$)",
    rf"(?:我是?|叫我|找|是)(?P<name>[老小阿][{_SURNAMES}])(?=[啊呀哈哦呢吧，,。！!\s]|$)",
    rf"客服(?P<name>[小阿](?![哥姐妹弟二伙时号程]){_HAN})(?=[昨今前刚上说让答跟给帮告的，,。！!\s])",
    rf"(?<![百贵同是])姓(?P<name>{_SURNAME})(?=[的，,。！!？?\s]|$)",
    rf"(?P<name>[{_SURNAMES}](?:姐|哥|总|總|工|叔|姨|婶|嫂|老板|店长))(?=[您你]好|[，,说在让加给打回答]|收|$)",
    rf"(?:此致|敬礼|祝好|敬上|谢谢|顺颂商祺)[，,。！!\s]*(?P<name>{_FULL})\s*$",
    rf"(?:我|他|她)(?:的)?(?:{_KIN})(?:叫|是)?(?P<name>{_FULL})(?=[的，,。！!\s来去收签用电手拿]|在|$)",
)
_BEFORE_PHONE = re.compile(
    rf"(?:^|(?<=[，,。;；、\s:：]))(?P<name>{_FULL})[，,、\s:：]+(?=(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{{4}}|\[phone\])"
)
"""Reliable whatever the characters of the name mean."""
_CHINESE = tuple(re.compile(cue) for cue in _ZH_CUES)
_NOT_CHINESE_NAMES = re.compile(
    r"钱大妈|单哥|安哥|黄金|路痴|白金|高级|金牌|安卓|方便|马上|成功|成都|万一|关于|单独|向你|任何|温馨|高先进|方案|石家|毛病|"
    r"安全|安装|金额|金色|白色|黄色|蓝色|"
    r"经常|时间|包裹|包邮|包装|文件|单号|单子|管理|易碎|路上|华为|苏宁|武汉|江苏|江西|云南|广|南京|季度|充|童装|"
    r"童鞋|梅花|尚未|"
    r"解决|解释|关闭|于是|什么|陈旧|成为|成人|向上|安心|施工|康复|甘肃|宁波|宁夏|阳台|龙头|石头|牛奶|牛仔|毛衣|"
    r"马桶|花|顾客|严重|许多|曲线|左右|左边|付款|付了|"
    r"付钱|路由|游戏|游客|田|单品|卓越|郎|万家|全部|简单|段时|尤其|房间|房子|左|白|高"
)


def names(text: str) -> Iterator[PersonalData]:
    """Names after words that introduce them."""
    for pattern in _ENGLISH:
        for match in pattern.finditer(text):
            yield from _english(match)
    if any("\u4e00" <= letter <= "\u9fff" for letter in text):
        yield from (PersonalData(Kind.NAME, *match.span("name")) for match in _BEFORE_PHONE.finditer(text))
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
