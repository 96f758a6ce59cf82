"""Unambiguous wording as regular expressions: commands to the model, questions about its nature, claims to be human."""

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
        r"|(?:你|您|对面)(?:到底|究竟|其实)?(?:是不是|不是|是|不会是|该不会是)(?:一个|个|位)?(?:真人|机器人|人工智能|机器|AI|ai|活人|程序|人类|人工|电脑)|(?:真人|活人|人).{0,6}(?:还是).{0,6}(?:机器|电脑|程序)|自动回复|(?:真人|活人|机器人|人工智能|电脑)|\b(?:humans?|person|people|living being)\b.{0,12}\b(?:behind|here|there|answering|typing|on this line|on the line|on the other)\b|\b(?:robot|bot|machine)\b.{0,6}\bor\b|\b(?:be|you|really) an? (?:human|bot|robot|machine)\b|\bsome kind of (?:machine|bot|robot|program)\b|\bwith a (?:living being|human being|real person)\b|\bflesh and blood\b|\bliving soul\b|\ba pulse\b|\ba script\b|大活人|活生生|有血有肉|你(?:其实|就)?是(?:个|一个|台)?(?:程序|机器|电脑)",
    ),
    (
        "insult",
        r"\b(?:stupid|idiot|moron\w*|brainless|useless|dumb|worthless|pathetic|suck|sucks|shut up|fuck\w*|bullshit|crap|garbage|trash|asshole|bitch|hate you|loser)\b"
        r"|(?:傻[瓜逼子叉]|笨蛋|蠢|垃圾|废物|智障|闭嘴|滚蛋?|脑残|白痴|没用的|没脑子|弱智|蠢货|(?:真|好|太|这么|那么)笨|妈的|去死|有病)|\b(?:muppet|numpty|dimwit|airhead|dunce|twit|halfwit|nitwit|blockhead|imbecile|you (?:clown|donkey|fool)|bonehead)\b|榆木|木头脑袋|呆子|二百五|饭桶|草包|神经病|低能|猪头|猪脑|没长脑",
    ),
)
"""Kinds of small talk that are recognised by their wording, first to last."""

KIND_KEYWORDS = (
    (
        "thanks",
        r"\b(?:thank(?:s| you)|thx|cheers|grateful|appreciate)\b|谢谢|多谢|感谢|感激|谢啦|谢了|太谢|辛苦了|\b(?:lifesaver|gratitude|indebted|tysm|tyvm|ty|much obliged|ta very much)\b|有劳|劳驾|费心|感恩|蟹蟹|3q|受累|thx",
    ),
    (
        "goodbye",
        r"\b(?:good ?bye|bye|see (?:you|ya)|farewell|take care|next time|so long|good night|(?:i['’]m|i am) off|heading off|got to go|gotta (?:go|run))\b|再见|拜拜|晚安|再聊|先这样|回头见|回见|再会|告辞|下次再来|明天见|[，,]拜|\b(?:sign(?:ing)? off|logg?(?:ing)? off|leave you to it|must dash|cya|catch you later|cheerio|ciao|adios|until (?:next|tomorrow)|good ?night)\b|下线了|溜了|我走了|我挂了|回聊|我撤了|先忙了|^88+$|\b(?:be on my way|bedtime for me|nighty night|toodle\w*|so long)\b|撤了|改日|改天(?:再)?|回头再|先走|睡觉(?:去)?[了咯啦]|先这么着",
    ),
    (
        "good_news",
        r"\b(?:pregnant|married|engaged|wedding|promoted|graduat\w+|birthday|anniversary|new (?:job|home|house|flat|baby)|first (?:home|house|flat)|was born|so (?:happy|excited))\b|怀孕|结婚|订婚|满月|升职|毕业|生日|乔迁|新家|录取|出生|好消息|\b(?:passed (?:my|the)|got (?:the job|accepted|hired)|expecting a baby|twins|won (?:the|a)|adopted a|a puppy|retired|became an? (?:uncle|aunt|grand\w+))\b|考上|喜事|脱单|领证|满分|涨(?:薪|工资)|当(?:妈|爸|爷爷|奶奶)|中奖|\b(?:grandparents|baby (?:boy|girl)|tied the knot|got (?:married|engaged)|new (?:puppy|kitten)|just moved in)\b|生了(?:个|一)|添丁|抱孙|升学|高考|中标",
    ),
    (
        "joke",
        r"\b(?:jokes?|puns?|cheer me up|make me (?:laugh|smile))\b|笑话|段子|逗我|\b(?:riddles?|funny story|giggle|something funny|crack me up)\b|搞笑|好笑的|谜语|乐一乐|乐呵",
    ),
    (
        "love",
        r"\b(?:love you|in love|marry me|crush on|girlfriend|boyfriend|date (?:me|with)|kiss me)\b|爱你|喜欢你|(?:女|男)朋友|做我(?:的)?对象|嫁给我|娶我",
    ),
    (
        "frustration",
        r"\b(?:angry|furious|annoy\w+|frustrat\w+|upset|fed up|ridiculous|disappoint\w+|unacceptable|driv\w+ me (?:mad|crazy|nuts)|had (?:it|enough)|terrible (?:service|experience)|sick of|so mad|livid|outraged|mad at|pissed|appalled|treated badly)\b|生气|气死|气得|失望|差劲|太差|火大|受不了|无语|烦死|烦透|很烦|好烦|真烦|气愤|恼火|过分|糟心|投诉|不满意|\b(?:cross with|so cross|irritat\w+|enraged|fuming|seething|exasperat\w+|aggravat\w+|infuriat\w+|disgust\w+|lost my patience|wits['’]? end|on my nerves|i could scream|what a (?:mess|joke|shambles)|a nightmare)\b|气疯|气炸|抓狂|崩溃|糟透|糟糕|离谱|受够|忍无可忍|恶劣|坑人|闹心|心累|不爽|窝火|\b(?:farce|shambles|beyond (?:annoyed|angry)|outrageous|waste of (?:my )?time|sick and tired|nobody (?:answers|helps|replies|cares)|so annoyed|rubbish service|absurd|hopeless service)\b|火都上来|来火|上火了|发火|恼|没人(?:理|管|回)|不理人|怎么办事|都谢了|什么态度|敷衍|踢皮球|糊弄|坑爹|等了?(?:半天|好久|大半天)",
    ),
    (
        "name",
        r"\b(?:your name|any name|a name|you called|call you|who are you|introduce yourself)\b|贵姓|怎么(?:称呼|叫)(?:你|您)|叫什么|你是谁|叫你什么|\bgot a name\b|\bwho(?:['’]s| is) (?:this|there)\b|\bwho am i (?:speaking|talking|chatting)\b|尊姓|大名|芳名|怎么称呼",
    ),
    (
        "capabilities",
        r"\bwhat (?:can|could|do) (?:you|i) (?:do|ask|know|help)|\b(?:kind|sort|type)s? of (?:questions|help|things|topics)\b|\bwhat are you (?:good at|able|for)\b|(?:你|您)(?:能|会|可以)(?:做|干|帮|办)|(?:哪些|什么)(?:事|事情|问题|忙).{0,6}(?:问|找|帮|办)|有(?:什么|哪些)功能|\bable to (?:do|help)\b|哪类问题|(?:什么|啥)(?:问题|事)?(?:都)?(?:能|可以)(?:问|找)|能解决(?:什么|啥|哪)",
    ),
    (
        "how_are_you",
        r"\bhow(?:['’]s| is| are) (?:you|things|everything|life|it going|your day)\b|\bhow (?:are|do|have) you\b|你好吗|(?:你|您|最近|今天|一切)(?:都)?(?:还)?好(?:吗|吧|么)|过得(?:怎么样|如何|好)|最近(?:怎么样|如何|忙)|\bhow['’]?s life\b|\blife treating you\b|顺心|可好|别来无恙|近况|最近咋样|还好(?:吗|吧|不)$",
    ),
    (
        "compliment",
        r"\b(?:you(?:['’]re| are| were|['’]ve been| have been) (?:so |really |very |an? |the |absolutely )*(?:great|awesome|amazing|brilliant|lovely|wonderful|fantastic|best|star|kind|smart|clever|helpful|legend|genius)|well done|good (?:job|bot|work)|great (?:job|service|work|shop))\b|真棒|好棒|太棒|厉害|聪明|能干|点赞|好评|贴心|专业|帮了大?忙|服务(?:真|很)好|\b(?:impressive|superb|outstanding|nice work|(?:so|really|very|super|most) helpful|love (?:this|your|the) (?:shop|store|service)|top[- ]notch|five stars|10/10)\b|优秀|给力|很赞|真赞|太赞|服务一流|爱了爱了|\b(?:best (?:service|shop|support|bot|help)|excellent (?:service|shop)|impressed|you rock|brilliant service|love it here)\b|没得挑|真行|杠杠|好样的|顶呱呱|周到|好评如潮|太牛|真牛",
    ),
    (
        "weather",
        r"\b(?:weather|rain\w*|pouring|snow\w*|sunny|storm\w*|(?:so|how|very|too|what an?) (?:hot|cold|warm|chilly)|freezing|heatwave)\b|天气|下雨|大雨|下雪|好热|热死|好冷|冷死|降温|台风|太阳|晒|闷热|潮湿|\b(?:drizzl\w+|fogg?y?|windy|breez\w+|icy|hail\w*|humid|thunder\w*|sunshine|umbrella weather)\b|大雾|风(?:好|真|太|很)大|打雷|暴雨|回南天|晴天|高温|寒潮|一直下|\b(?:scorcher|boiling outside|roasting|chilly|sweltering|muggy|overcast|blizzard|gale)\b|刮(?:大)?风|怪冷|冻死|好冻|冷飕|阴天|凉快|下冰雹",
    ),
    (
        "tired",
        r"\b(?:exhausted|tired|headache|stressed|lonely|(?:rough|bad|long|awful|hard|tough|terrible|dreadful|horrible) (?:day|week|month|night|morning|time)|(?:day|week|month|night) (?:has been|was|is|['’]s been) (?:so |really |just )?(?:rough|bad|awful|hard|tough|terrible|dreadful|horrible)|feel(?:ing)? (?:down|sad|sick|low)|broke up|can['’]t sleep|barely slept|no sleep|feel (?:awful|terrible|bad|ill)|worn out|unwell)\b|好累|累死|累坏|累得|很累|太累|难过|难受|头疼|失恋|分手|生病|感冒|压力|心情不好|倒霉|孤独|睡不着|\b(?:wiped out|knackered|drained|burn(?:t|ed) out|gloomy|depressed|anxious|the flu|a fever|a cold|heartbroken|homesick|overwhelmed|can['’]t cope|lost my (?:job|mum|dad|mother|father|dog|cat))\b|疲惫|焦虑|郁闷|沮丧|发烧|失眠|失业|低落|委屈|心烦|撑不住|想哭|熬夜|\b(?:sleep a wink|slept (?:badly|poorly)|running on fumes|dead on my feet|shattered|no energy|under the weather|not feeling (?:well|great|good)|rough night)\b|散架|扛不住|没精神|精疲力|心塞|伤心|加班加|连着加班|透支|困死",
    ),
    ("morning", r"\b(?:good )?morning\b|早上好|早安|上午好|早呀|早啊|^早$"),
    (
        "doubt",
        r"\b(?:really (?:the case|true|so)|are you (?:quite |really )?(?:sure|certain|positive|serious)|for real|no way|is that (?:really )?(?:true|right|so|correct)|you sure|says who)\b|当真|真的(?:吗|么|假的|啊)|你?确定(?:吗|么|不)|没骗我|可信吗|靠谱吗|不会吧|你肯定吗",
    ),
    (
        "confused",
        r"\b(?:over my head|(?:do not|don['’]t|did not|didn['’]t) (?:really )?(?:get|follow|understand|catch) (?:it|that|this|you|what)|lost me|makes? no sense|what do you mean|come again|clear as mud|i['’]?m (?:so |totally |a bit )?(?:confused|lost))\b|没听懂|听不懂|看不懂|没看懂|什么意思|啥意思|一头雾水|云里雾里|我懵了|没太?(?:明白|懂)",
    ),
    (
        "repeated",
        r"\b(?:(?:keep|stop) repeating|already (?:said|told me) (?:that|this)|same (?:answer|thing) again|broken record|not what i asked|(?:didn['’]t|not|never) answer(?:ed)? my question)\b|复读|(?:别|不要|老是|总是|一直)重复|说过了|答非所问|没回答我|牛头不对马嘴|问的不是这个",
    ),
    (
        "holiday",
        r"\b(?:merry|happy) (?:christmas|xmas|new year|easter|holidays?|diwali|thanksgiving|hanukkah|eid|lunar new year)\b|(?:新年|春节|中秋|圣诞|国庆|元旦|端午|节日|元宵|五一|跨年)(?:节)?(?:快乐|安康)|过年好|恭喜发财",
    ),
    (
        "bored",
        r"\b(?:i['’]?m|so) bored\b|好?无聊(?:啊|死|呀|$)|没事干|闲得|陪我(?:聊|说)",
    ),
    (
        "hurry",
        r"\b(?:hurry up|get a move on|chop chop|any day now|(?:are )?you still there|still waiting for (?:you|an answer))\b|快点(?:啊|呀|回|$)|麻溜|磨蹭|人呢|怎么不(?:回|说)|半天(?:没|不)(?:回|说)|在线等",
    ),
    (
        "greeting",
        r"^\W*(?:hi|hello|hey|hiya|howdy|greetings|salutations|yo|heya|aloha|evening|afternoon|good (?:day|afternoon|evening))\b|\banyone (?:there|here|awake|around)\b|^(?:您好|你好|哈[喽啰]|嗨|在吗|亲)|有没有人|有人(?:在)?(?:吗|线)|在不在|打扰一下|(?:您|你)好呀?$",
    ),
)
"""Kinds that a word indicates if no known line is similar, first to last."""

OFF_TOPIC = re.compile(
    r"\b(?:football|soccer|tennis|league|election|president|prime minister|poems?|stock market|shares|bitcoin|crypto\w*|horoscopes?|recipe for|homework|capital of|lottery|world cup|olympics?|politics|physics|equation|translate|planets?|celebrity|novel|movie|song lyrics|python code|exchange rate)\b"
    r"|股市|股票|指数会|基金|比特币|彩票|足球|篮球|球赛|世界杯|奥运|总统|选举|首都|写(?:一?首)?诗|作文|编程|写代码|算命|星座|汇率|房价|电影|电视剧|唱(?:首)?歌|新闻|数学题|物理|翻译|减肥|菜谱|宇宙|月球|月亮|历史",
    re.I,
)
"""Out-of-scope topics, indicated by a word; used only if nothing was found that may answer."""

PLAIN_KINDS = (
    (
        "person",
        re.compile(
            r"\b(?:talk|speak|chat|connect|transfer|pass|put)\b.{0,20}\b(?:real |live |actual )?(?:person|human|agent|representative|someone real|operator|staff|manager)\b"
            r"|\b(?:human|agent|representative|operator|real person)\W*(?:please|now)?\W*$|(?:转|接|找|叫|换).{0,3}(?:人工|真人|活人|客服|经理|主管)|人工客服\W*$",
            re.I,
        ),
    ),
    (
        "identity",
        re.compile(
            r"^\W*(?:(?:so|wait|hey|and)\W+)?(?:are|r) (?:you|u)\b.{0,30}\b(?:bot|robot|human|ai|person|chatbot|machine)\b\W*$"
            r"|^(?:请问)?(?:你|您)(?:到底|究竟|其实)?是(?:不是)?.{0,4}(?:真人|机器人|人工智能|AI|程序)",
            re.I,
        ),
    ),
)
"""Kinds that the wording of a short message identifies beyond doubt, used if nothing else answers it."""

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

HANDING_OVER = re.compile(
    r"\b(?:i['’]m|i am|let me|i['’]ll|i will)\s+(?:\w+ )?(?:pass|transfer|connect|bring|hand|put|get|escalat)\w*\b.{0,25}\b(?:colleague|person|agent|human|manager|team|you (?:on|over|to|through))\b"
    r"|\bcolleague\s+(?:will\s+)?(?:takes?|be taking|be with you)\b"
    r"|(?:为|帮|给)您转(?:接|给|到)?|(?:请|让|叫).{0,2}同事.{0,6}(?:接手|处理|跟进|帮|联系)|同事.{0,5}(?:接手|处理|跟进|联系)|转告(?:给)?同事",
    re.I,
)
"""Claims that a person takes over: only the assistant itself can start a handoff, so the model may offer, never claim
it."""
OFFERING = re.compile(
    r"\bif\b|\bwhenever\b|\b(?:i|we|colleague) can\b|\bcan i\b|\bwould you like\b|\bshall\b|[?？]|如果|可以|需要的话|想找|或者|若|答不上来|要不要",
    re.I,
)

APOLOGISES = re.compile(r"\b(?:sorry|apolog\w+)\b|抱歉|对不起|不好意思", re.I)

WISHES = re.compile(r"^\W*(?:好的|嗯)?\W*祝[您你]|^\W*(?:enjoy|have an?)\b", re.I)
"""Wishes the customer well."""

DECLINES = re.compile(
    r"\bcan only (?:help|answer)\b|\bcan(?:not|['’]t) help with\b|\boutside what i know\b|\bdon['’]t know about\b|\bnot something i can\b"
    r"|只能(?:回答|解答|帮)|帮不上|回答不了|超出了?我的",
    re.I,
)
"""Declines a question as out of scope."""
