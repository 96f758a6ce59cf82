"""Words of a message by what they stand for: `human` and 真人 for a person, `don't` and 唔使 for a refusal.

A few thousand examples cannot show every word beside every other. With the words' classes as further features, "no need
to ring me" teaches "没必要打过来" as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from chatbot.text import normalise

_ENGLISH: Mapping[str, str] = {
    "person": """
human / humans / person / people / somebody / someone / anybody / anyone / body / man / guy / lady / bloke / chap
flesh / voice / individual / folks / fella / dude / soul
""",
    "staff": """
agent / agents / rep / reps / representative / representatives / operator / operators / advisor / advisors
adviser / advisers / advocate / support / helpdesk / staff / colleague / colleagues / employee / employees / team
assistant / executive / specialist / expert / technician / engineer / receptionist / reception / desk / consultant
care / customer service / customer services / customer support / csr / associate / officer / department / dept
helpline / hotline / call centre / call center / crew / moderator / mod / gm / admin / worker / workers
member of staff / doctor / nurse / pharmacist / vet / driver / courier / cashier / clerk / teacher / instructor
dispatcher / coordinator
""",
    "chief": """
manager / managers / supervisor / supervisors / boss / superior / superiors / director / owner / head / senior
management / chief / ceo / superviser / in charge / higher up / escalate / escalated / escalating / escalation
responsible / authority / leader
""",
    "living": "real / live / living / actual / alive / genuine / breathing / proper / actually / humane",
    "machine": """
bot / bots / robot / robots / chatbot / machine / machines / computer / computers / ai / automated / automatic
software / program / programme / script / algorithm / recording / automation / gpt / chatgpt / siri / alexa
virtual / canned / bott / scripted / autoreply / programmed
""",
    "talk": """
talk / talking / speak / speaking / chat / chatting / spoke / word / discuss / conversation / converse / tell
explain / say / saying / reach / contact / spk / tlk / deal / dealing / get hold of
""",
    "connect": """
connect / connected / connecting / transfer / transferred / transferring / pass / passed / put / forward
forwarded / redirect / route / hand / handed / handover / switch / bring / link / refer / assign / through / thru
over / get / give / send / fetch / summon
""",
    "call": """
call / calls / calling / called / ring / phone / phoning / telephone / callback / dial / bell / buzz / tinkle
call me / ring me / phone me / call back / ring back / video call
""",
    "want": """
want / wanna / need / needs / would like / i'd like / id like / like to / prefer / require / wish / demand
request / insist / rather / gimme / let me / let / wants / must / looking / requesting / asking / fancy / hoping
""",
    "please": "please / pls / plz / kindly / pleas / abeg / biko / ta",
    "can": "can / could / may / might / able / possible / possibly / allow / allowed",
    "not": """
not / no / don't / dont / never / without / stop / isn't / isnt / doesn't / doesnt / won't / wont / can't / cant
cannot / none / didn't / didnt / nobody / nothing / nope / nah / neither / nor / instead of / rather than
wouldn't / shouldn't / haven't / wasn't / aren't / hate / avoid / refuse / no more / skip / quit / leave / no need
needn't
""",
    "no_need": "no need / needn't / not needed / unnecessary / not necessary / don't need / dont need / do not need",
    "i": "i / me / my / mine / myself / i'm / im / i've / ive / i'd / we / us / our / ours / i'll",
    "you": "you / your / yours / u / ur / ya / yourself / you're / youre / y'all",
    "how": "how / how do / how can / how to / how do i / how can i / how could i / how would i / how does",
    "what": "what / which / what's / whats / what is / what are / what if / what happens",
    "when": """
when / what time / how long / until / hours / sunday / sundays / weekend / weekends / night / holiday / today
""",
    "where": "where / where's / wheres / where do / where can",
    "who": "who / who's / whos / whom / whose",
    "why": "why / how come / y",
    "whether": """
is there / are there / do you / does / does the / do they / is the / are the / is it / do i / do we / can i
can you / could you / can we / will you / is it possible / would you / may i / are you / did you / have you / is my
has my
""",
    "have": """
have / has / got / had / offer / offers / sell / stock / provide / available / availability / open / hours
""",
    "price": """
much / cost / costs / price / prices / fee / fees / charge / charged / pay / paid / free / cheap / expensive
""",
    "status": """
where's my / wheres my / where is my / status / arrived / arrive / track / tracking / late / yet / still / delayed
waiting / when will my / did my / has my / is my / why is my / why was my / my order / my parcel / my package
my refund / my account / my booking / my payment / my delivery / my card / my bill / shipped / processed / missing
update on
""",
    "order": """
order / orders / parcel / package / delivery / booking / reservation / subscription / refund / account
appointment / ticket / tickets / card / invoice / payment / membership / flight / room / policy / plan / password
address / email / prescription / claim / application / contract / shipment / direct debit / bill / deposit / meter
booked / balance
""",
    "do": """
cancel / change / reset / book / close / delete / refund / send / update / add / remove / activate / upgrade
renew / block / unblock / extend / switch / pause / resend / issue / register / enrol / sign / move / reschedule
replace / stop / turn / freeze / unlock / unsubscribe / apply / order / buy / reserve / postpone / downgrade
exchange / return
""",
    "thanks": """
thanks / thank / thx / ty / cheers / tq / thank you / tysm / tnx / appreciate / grateful / much obliged
""",
    "greet": "hi / hello / hey / hiya / morning / evening / afternoon / greetings / howdy / good day / yo / helo",
    "bye": """
bye / goodbye / cya / see you / see ya / farewell / take care / goodnight / night night / later / cheerio
""",
    "good": """
great / good / amazing / love / loved / excellent / brilliant / wonderful / fantastic / awesome / perfect / helpful
best / lovely / nice / happy / impressed / superb / kind / delicious / recommend / beautiful / star / quick
pleased
""",
    "bad": """
bad / terrible / awful / worst / horrible / disgusting / disappointed / useless / rubbish / ridiculous / pathetic
unacceptable / poor / shocking / appalling / angry / annoyed / annoying / fed up / frustrated / joke / scam
broken / disgrace / waste / wasted / slow / rude / dirty / fail / failed / hopeless / sick of / nonsense / cold
upset / crap
""",
    "abuse": """
idiot / stupid / dumb / moron / fool / foolish / shut up / fuck / fucking / shit / bastard / bitch / clown / clowns
liar / liars / thief / thieves / crook / crooks / scammers / brainless / loser / hell / damn / suck / sucks / twat
muppet / brain / pig / ass / asshole / arse / piss / trash / garbage / donkey / dumbass / imbecile / cretin
wanker
""",
    "fine": """
ok / okay / alright / fine / sure / got it / i see / understood / noted / right / cool / great / yes / yep / k
""",
    "self": "are you / r u / you are / you're / ur / am i / is this / who are you / what are you",
    "world": """
weather / president / capital / poem / joke / song / recipe / football / movie / film / planet / homework / history
country / bitcoin / horoscope / game / lottery / cook / translate / world / stars / moon / python / essay
""",
}
_CHINESE: Mapping[str, str] = {
    "person": "真人 / 活人 / 人 / 有人 / 个人 / 专人 / 人类 / 大活人 / 谁 / 边个 / 人家 / 喘气的",
    "staff": """
人工 / 人工客服 / 客服 / 坐席 / 专员 / 工作人员 / 员工 / 店员 / 服务员 / 同事 / 小二 / 顾问 / 技术 / 工程师 / 师傅
售后 / 前台 / 柜台 / 柜员 / 管家 / 小编 / 业务员 / 经纪 / 医生 / 护士 / 大夫 / 老师 / 教练 / 客户经理 / 服务人员
客户服务员 / 职员 / 店家 / 客服人员 / 销售 / 伙计 / rg / zrg / kf / 部门 / 司机 / 骑手 / 快递员 / 理财经理 / 热线
""",
    "chief": """
经理 / 店长 / 老板 / 领导 / 主管 / 负责人 / 上司 / 管事的 / 管事 / 做主 / 话事 / 高层 / 上级 / 主任 / 院长 / 总监
""",
    "machine": """
机器人 / 机器 / 自动回复 / 自动 / 智能 / ai / bot / 程序 / 系统 / 电脑 / 机械人 / 人机 / 软件 / 模型 / 算法 / 虚拟
复读机 / 智能客服 / 罐头 / 预设 / 人工智能 / 聊天机器人 / 代码
""",
    "talk": """
说 / 讲 / 谈 / 聊 / 沟通 / 说话 / 倾 / 问 / 联系 / 联络 / 对接 / 面谈 / 当面 / 交流 / 咨询 / 讲嘢 / 倾偈 / 唠
反映
""",
    "connect": """
转 / 接 / 找 / 换 / 叫 / 喊 / 派 / 安排 / 转接 / 接通 / 接入 / 呼叫 / 换成 / 请 / 让 / 给我 / 来个 / 出来 / 揾 / 搵
帮我转 / 帮我找 / 帮我接 / 转到 / 畀 / 派个 / 出嚟 / 嚟个 / 驳 / 接驳 / 升级
""",
    "call": """
打电话 / 电话 / 回电 / 来电 / 打给我 / 打过来 / 打畀我 / 打俾我 / 致电 / 通话 / 语音 / 视频 / 拨 / 回拨 / 打上来
复电
""",
    "want": """
要 / 想 / 想要 / 需要 / 我要 / 我想 / 希望 / 要求 / 必须 / 宁愿 / 麻烦 / 拜托 / 求 / 唔该 / 快点 / 赶紧 / 马上 / 急
""",
    "can": "能不能 / 可不可以 / 可以 / 能 / 能否 / 可否 / 得唔得 / 可唔可以 / 行不行 / 好不好 / 方便",
    "not": """
不 / 不要 / 别 / 没 / 没有 / 不用 / 不需要 / 不想 / 无需 / 不必 / 唔 / 唔使 / 唔要 / 唔好 / 唔想 / 冇 / 未 / 毋须
甭 / 免 / 取消 / 不是 / 勿 / 没必要 / 不找 / 不转 / 别再 / 千万别 / 咪 / 先别 / 不打 / 莫
""",
    "no_need": "不用 / 不需要 / 无需 / 不必 / 唔使 / 没必要 / 毋须 / 甭 / 用不着 / 免 / 唔需要",
    "i": "我 / 我们 / 咱 / 俺 / 我的 / 我哋 / 本人 / 自己 / 我妈 / 我家",
    "you": "你 / 您 / 你们 / 你哋 / 贵司 / 你们的 / 你家 / 你哋嘅",
    "how": "怎么 / 如何 / 怎样 / 点样 / 点 / 咋 / 怎么才能 / 怎么样 / 咋样 / 哪里可以 / 要怎么",
    "what": "什么 / 哪个 / 啥 / 咩 / 乜 / 哪些 / 几多 / 多少 / 哪种 / 边种",
    "when": """
几点 / 什么时候 / 多久 / 几时 / 周末 / 周日 / 星期 / 节假日 / 晚上 / 上班 / 下班 / 时间 / 几天 / 何时 / 假日 / 营业
几耐
""",
    "where": "哪里 / 哪儿 / 在哪 / 边度 / 哪 / 哪家 / 哪边",
    "why": "为什么 / 为何 / 点解 / 干嘛 / 怎么会 / 怎么还 / 凭什么 / 怎么又",
    "whether": "吗 / 么 / 嘛 / 呢 / 有没有 / 是不是 / 有冇 / 系咪 / 系唔系 / 是否 / 会不会 / 有无 / 没 / 咩",
    "have": "有 / 提供 / 支持 / 卖 / 开 / 包括",
    "price": "钱 / 多少钱 / 收费 / 免费 / 费用 / 价格 / 手续费 / 优惠 / 贵 / 运费 / 便宜",
    "status": """
到哪 / 到了没 / 好了没 / 发货 / 物流 / 还没 / 到账 / 进度 / 查一下 / 查 / 我的订单 / 我的快递 / 我的退款 / 我的包裹
怎么还没 / 了没有 / 了没 / 几时到 / 未到 / 怎么样了 / 我的卡 / 我的账号 / 我的票 / 余额 / 剩
""",
    "order": """
订单 / 快递 / 包裹 / 退款 / 账号 / 账户 / 会员 / 预约 / 房间 / 机票 / 票 / 发票 / 地址 / 密码 / 套餐 / 卡 / 保单
课 / 货 / 账单 / 订阅 / 挂号 / 合同 / 手机号 / 短信 / 押金 / 尾款 / 积分
""",
    "do": """
取消 / 改 / 修改 / 帮我 / 退 / 退货 / 退掉 / 换货 / 订 / 预约 / 注销 / 关闭 / 开通 / 办理 / 重置 / 激活 / 续费
充值 / 解绑 / 补发 / 挂失 / 冻结 / 升级 / 寄 / 发 / 开 / 加 / 删 / 关掉 / 退订 / 延期 / 改签 / 查 / 报名 / 绑定
同我 / 帮手 / 替我 / 给我
""",
    "thanks": "谢谢 / 多谢 / 感谢 / 谢 / 谢啦 / 辛苦 / 感恩 / 唔该 / 唔该晒 / 谢了 / 3q / thanks / thx",
    "greet": """
你好 / 您好 / 在吗 / 哈喽 / 嗨 / 早上好 / 早 / 晚上好 / 喂 / 早安 / 早晨 / 在不在 / 下午好 / 哈罗 / hi / hello
""",
    "bye": "再见 / 拜拜 / 拜 / 晚安 / 下次 / 回头见 / 先走 / 886 / 88 / bye / 再会 / 走了 / 掰掰 / 先这样",
    "good": """
好评 / 棒 / 赞 / 厉害 / 喜欢 / 满意 / 好用 / 不错 / 真好 / 给力 / 贴心 / 好吃 / 漂亮 / 犀利 / 推荐 / 靓 / 耐心
好好
""",
    "bad": """
差 / 烂 / 投诉 / 生气 / 失望 / 垃圾 / 气死 / 无语 / 坑 / 骗 / 离谱 / 过分 / 受够 / 差评 / 恶心 / 慢 / 忽悠 / 烦
差劲 / 没用 / 太差 / 敷衍 / 火大 / 扯 / 霸王 / 举报 / 消协 / 曝光 / 嬲 / 劣 / 离大谱 / 糟 / 崩溃 / 心累
""",
    "abuse": """
傻 / 蠢 / 滚 / 白痴 / 笨 / 废物 / 智障 / 弱智 / 骗子 / 猪 / 狗 / 脑子 / 有病 / 妈的 / 他妈 / 王八蛋 / 混蛋 / 去死
闭嘴 / 傻逼 / 脑残 / 仆街 / 痴线 / 黐线 / 垃圾 / 二百五 / 憨 / 死 / 流氓 / 屁 / 沙雕 / 低能 / 神经
""",
    "fine": "好的 / 好 / 行 / 嗯 / 知道了 / 明白 / 了解 / 收到 / 哦 / 可以 / ok / 懂了 / 清楚 / 得 / 是的 / 对",
    "self": "你是 / 你系 / 你到底 / 是不是 / 你是不是 / 你叫 / 你系咪 / 对面 / 你会 / 是真人 / 是机器",
    "world": """
天气 / 诗 / 笑话 / 首都 / 总统 / 电影 / 股票 / 星座 / 作业 / 做饭 / 历史 / 彩票 / 减肥 / 翻译 / 代码 / 歌 / 世界
煮
""",
}
_HAN_LENGTHS = range(6, 0, -1)
_CJK_RUN = re.compile(r"[\u3400-\u9fff]+|[^\u3400-\u9fff\s]+")


NAMES = tuple(dict.fromkeys((*_ENGLISH, *_CHINESE)))
"""All classes; a class is known by its place here."""


def classes(text: str) -> list[tuple[int, ...]]:
    """The classes of a message's words in order, one tuple for each word or expression; empty for words of none."""
    known, longest = _by_word()
    found: list[tuple[int, ...]] = []
    parts = _CJK_RUN.findall(normalise(text))
    place = 0
    while place < len(parts):
        part = parts[place]
        if _is_han(part):
            found.extend(_han(part, known))
            place += 1
            continue
        for length in range(min(longest, len(parts) - place), 0, -1):
            said = " ".join(parts[place : place + length])
            if said in known or length == 1:
                found.append(known.get(said, ()))
                place += length
                break
    return found


def _han(run: str, known: Mapping[str, tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Longest expressions first, from left to right."""
    found: list[tuple[int, ...]] = []
    place = 0
    while place < len(run):
        length = next((n for n in _HAN_LENGTHS if run[place : place + n] in known), 1)
        found.append(known.get(run[place : place + length], ()))
        place += length
    return found


def _is_han(part: str) -> bool:
    return "\u3400" <= part[0] <= "\u9fff"


@cache
def _by_word() -> tuple[Mapping[str, tuple[int, ...]], int]:
    """Classes by word or expression as compared, and the most words of an expression."""
    known: dict[str, dict[int, None]] = {}
    for table in (_ENGLISH, _CHINESE):
        for name, words in table.items():
            for one in (part for line in words.strip().splitlines() for part in line.split(" / ")):
                known.setdefault(normalise(one), {})[NAMES.index(name)] = None
    return {word: tuple(names) for word, names in known.items()}, max(len(word.split()) for word in known)
