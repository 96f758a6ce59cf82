"""Questions with paraphrases in English and Chinese, written to calibrate an encoder on a new knowledge base.

A new knowledge base has no labelled queries and often only one phrasing of each question; these rows stand in for
customers' queries. Each row is a stored question and three paraphrases: one with most of its words, one with one or two
of them, one with few or none. The subjects (library, garden, kitchen, choir ...) rarely occur in customer service, so
that they do not collide with real entries. The rows of the two languages translate each other, so that a question in
one can be matched with an entry in the other.
"""

from __future__ import annotations

GRADES = ("near", "middle", "far")
"""Grades of the paraphrases in a row, in order."""

Probe = tuple[str, str, str, str]

_ENGLISH = """
How long can I keep a library book? | how long may i keep a book from the library |
    time limit for borrowing a book | when are borrowed books due
What should I feed a hedgehog? | what food should I give a hedgehog? |
    hedgehog diet, what is healthy | which meals are safe for the hedgehog I found
Do I need a reservation for the museum? | is a reservation needed for the museum |
    book a time slot for visiting the museum? | can I just walk into the gallery without booking
How do I descale a kettle? | descaling my kettle, how does that work |
    remove limescale from the kettle | white limescale in the water boiler, how to get it off
When should tomatoes be planted? | when to plant tomatoes |
    right time of year for planting out tomatoes | best month for putting tomato seedlings outside
How do I join the village choir? | I want to join the choir in the village |
    becoming a member of the choir | where do I sign up to sing with you
Are dogs allowed on the beach? | is my dog allowed on this beach |
    beach rules for dogs | can I bring a puppy to the seaside
How do I tune a guitar without a tuner? | tune my guitar with no tuner |
    tuning guitar strings by ear | getting the strings to sound right by ear
Why does my bread not rise? | my bread is not rising, why |
    bread dough that will not rise, any tips | the dough stays flat and dense in the oven
Where can I see the northern lights? | where are the northern lights visible |
    best spot for watching the northern lights | good places to watch the aurora
How do I remove moss from the lawn? | removing moss from my lawn |
    killing moss in my grass | green spongy stuff is taking over the grass
What is the entry fee of the swimming pool? | how much is entry to the swimming pool |
    how expensive is a day at the pool | price of a swim ticket for one adult
Can children visit the observatory? | can I visit the observatory with children |
    observatory tour for kids | is there a minimum age for looking through the telescope
How do I waterproof a tent? | make my tent waterproof |
    tent is not waterproof any more | rain leaks through the canvas while camping
How do I change a bicycle tube? | changing the tube of a bicycle tyre |
    replacing a punctured bicycle tube | got a flat on my bike, what now
Which bin does a pizza box go into? | pizza box, which bin? |
    is a used pizza carton paper waste | how to recycle greasy cardboard
How do I train for a marathon? | training plan for a marathon |
    getting fit enough to run a marathon | prepare to run 42 kilometres
Who may park in the schoolyard? | who is allowed to park in the schoolyard |
    parking rules at the school | can parents leave their car on the school grounds
How do I apply for a fishing licence? | apply for a licence to fish |
    getting a permit for fishing | what paperwork do anglers need
What time does the last ferry leave? | last ferry leaves at what time |
    departure of the final ferry tonight | how late can I still get a boat back to the mainland
How do I store fresh mushrooms? | storing mushrooms so that they stay fresh |
    keeping mushrooms fresh in the refrigerator | keep champignons from going slimy in the fridge
Why do my eyes hurt after reading? | after reading my eyes hurt |
    sore eyes from too much reading | burning eyeballs when I look at pages too long
How can I learn sign language? | I would like to learn sign language |
    lessons for beginners in sign language | course for talking with deaf people
Is the tap water safe to drink? | can you drink the tap water here |
    quality of drinking water from the tap | do I have to boil what comes out of the faucet
How do I get wax off a tablecloth? | get candle wax off the tablecloth |
    wax stain on a cloth | a candle dripped all over the linen
What do the colours of the ski slopes mean? | meaning of ski slope colours |
    difficulty of ski slopes by colour | is a black piste harder than a red one
How do I report a broken street lamp? | report that a street lamp is broken |
    street light does not work, who fixes it | it is dark outside our house, the light pole is dead
Can I have a barbecue in the park? | are barbecues permitted in the park |
    rules for barbecue grills in public parks | we want to grill sausages on the public meadow
How often should I water a cactus? | how often does a cactus need water |
    watering a cactus in winter | my succulent looks dry, when does it want a drink
Where do I hand in a found umbrella? | I found an umbrella, where do I hand it in |
    what to do with an umbrella someone left behind | lost property office
How do I become a blood donor? | become a donor of blood |
    requirements for giving blood as a donor | I would like to give some of my blood
Does the lecture have subtitles? | are there subtitles for the lecture |
    captions for the recorded lecture | can a hard of hearing person follow the talk on video
How do I cancel my dance lesson? | cancel a dance lesson |
    skip my next dance class | I cannot make it to salsa class tonight
How deep is the lake? | what depth does the lake have |
    water depth in the middle of the lake | can you touch the bottom when you bathe there
Which vaccinations does a kitten need? | vaccinations for a kitten |
    when does my kitten get vaccinated | shots to get from the vet for a baby cat
How do I play chess online with a friend? | play chess with my friend online |
    chess against a friend over the internet | invite someone to a board game over the internet
Why is the castle closed? | the castle is closed, why |
    why can nobody visit the castle at the moment | stood before locked gates of the fortress today
How many people fit into the concert hall? | how many people does the concert hall hold |
    seating capacity of the concert hall | number of seats at the philharmonic
How do I get rid of hiccups? | getting rid of the hiccups | home remedy for hiccups | I keep going hic, make it stop
May I take photos of the paintings? | can I take photos of paintings here |
    photography rules for the painting exhibition | is using a camera in front of the artwork ok
"""

_CHINESE = """
图书馆的书可以借多久？ | 从图书馆借的书能借多久 | 借书的期限是几天 | 借阅的图书什么时候到期
刺猬应该喂什么？ | 请问该给刺猬喂什么吃的 | 刺猬平时的饮食有什么讲究 | 捡到一只小刺猬，它能吃哪些东西
参观博物馆需要预约吗？ | 去博物馆参观要不要预约 | 博物馆要先约时间才能进吗 | 不提前订票能直接进展馆吗
怎么清除水壶里的水垢？ | 水壶的水垢怎么清除 | 水壶里面有水垢用什么洗 | 烧水壶底下一层白色的东西咋弄掉
西红柿什么时候种？ | 什么时候种西红柿最好 | 种番茄西红柿几月份合适 | 番茄苗几月份移到室外
怎么加入村里的合唱团？ | 我想加入村合唱团 | 合唱团还招人吗，想报名 | 想跟你们一起唱歌在哪报名
海滩可以带狗吗？ | 狗可以带到这个海滩吗 | 沙滩让不让狗进 | 能牵着宠物去海边玩不
没有调音器怎么给吉他调音？ | 吉他没调音器如何调音 | 怎么靠听来调吉他弦 | 只凭耳朵怎样把琴弦校准
为什么我的面包发不起来？ | 面包发不起来是为什么 | 做面包面团不发酵怎么办 | 面团烤出来又扁又硬
哪里可以看到北极光？ | 北极光在哪里能看到 | 想看北极光去什么地方好 | 观赏极光的好地方
怎么去除草坪上的苔藓？ | 草坪长苔藓怎么去除 | 草坪上全是苔藓用什么药 | 院子的草里一层绿绿软软的，求清理办法
游泳池门票多少钱？ | 游泳池的门票是多少钱 | 去泳池游一次泳的价格 | 成人游一次要花多少
小孩可以参观天文台吗？ | 可以带小孩去参观天文台吗 | 天文台接待儿童吗 | 看天文望远镜有年龄限制没有
怎么给帐篷做防水？ | 帐篷防水怎么做 | 帐篷漏雨了怎么防水 | 露营的时候下雨漏进来了
自行车内胎怎么换？ | 怎样更换自行车的内胎 | 自行车轮胎破了换内胎 | 单车爆胎了怎么办
披萨盒应该扔哪个垃圾桶？ | 披萨盒扔到哪个垃圾桶 | 披萨的盒子算可回收垃圾吗 | 沾了油的纸板怎么分类回收
怎么训练跑马拉松？ | 跑马拉松要怎么训练 | 零基础想跑马拉松该如何准备 | 准备参加 42 公里长跑，求计划
谁可以在学校操场停车？ | 学校操场谁能停车 | 学校里面能不能停家长的车 | 家长的车能放在校园里面吗
钓鱼证怎么申请？ | 怎么申请钓鱼的证 | 办一个钓鱼许可证要什么 | 钓友要办哪些手续
最后一班渡轮几点开？ | 末班渡轮是几点开 | 渡轮晚上到几点就没有了 | 最晚到什么时候还有船回岸上
新鲜蘑菇怎么保存？ | 蘑菇如何保存才新鲜 | 蘑菇放冰箱怎样才能保鲜 | 冰箱里的香菇老是变黏
看书之后眼睛为什么疼？ | 为什么看完书眼睛会疼 | 阅读时间长了眼睛痛 | 盯着字太久眼球发酸发胀
怎么学习手语？ | 我想学手语怎么学 | 手语有没有入门的教程 | 和聋人交流的课程
这里的自来水可以直接喝吗？ | 自来水能直接喝吗 | 水龙头的自来水干净吗，喝了有没有事 | 水龙头出来的要不要烧开
桌布上的蜡怎么去掉？ | 怎么去掉桌布的蜡 | 布上滴了蜡怎么洗 | 蜡烛油滴到布上了
滑雪道的颜色代表什么？ | 滑雪道不同颜色是什么意思 | 红色和黑色的滑雪道有什么区别 | 黑道是不是比红道更难滑
路灯坏了怎么报修？ | 路灯坏了在哪报修 | 小区路灯不亮了找谁修 | 家门口晚上黑乎乎的，灯杆不亮
公园里可以烧烤吗？ | 可以在公园烧烤吗 | 公园让不让人烧烤 | 想在公共草地上烤点香肠
仙人掌多久浇一次水？ | 仙人掌要多久浇水 | 冬天仙人掌怎么浇水 | 多肉看着很干，什么时候该喝水
捡到雨伞交到哪里？ | 我捡到一把雨伞，应该交到哪 | 别人落下的雨伞该交给谁 | 失物招领处
怎么成为献血者？ | 如何成为一名献血者 | 献血对身体有什么要求 | 我想捐点血
讲座有字幕吗？ | 这个讲座有没有字幕 | 讲座的视频能不能加字幕 | 听力不好的人能看懂视频课吗
怎么取消舞蹈课？ | 我要取消舞蹈课 | 舞蹈课这周不上了，怎么退 | 今晚的莎莎舞去不了了
这个湖有多深？ | 湖水有多深 | 湖中心的水深是几米 | 下去洗澡脚能踩到底吗
小猫需要打哪些疫苗？ | 小猫要打什么疫苗 | 给小猫打疫苗的时间 | 带猫崽去兽医那里扎针都有哪几种
怎么和朋友在线下象棋？ | 和朋友下象棋怎么在线下 | 网上能跟朋友下棋吗 | 邀请别人上网一起玩棋盘游戏
城堡为什么关闭了？ | 为什么城堡关闭 | 城堡现在怎么不让进了 | 今天到了古堡门口发现锁着
音乐厅能容纳多少人？ | 这个音乐厅可以容纳多少人 | 音乐厅一共有多少座位 | 爱乐厅一共几个座位
打嗝怎么止住？ | 怎么止住打嗝 | 打嗝停不下来有什么办法 | 一直嗝嗝嗝停不下来
可以给画拍照吗？ | 这些画可以拍照吗 | 拍画展里的画会不会被禁止 | 在展品前面用相机行不行
"""


def probes(lang: str) -> tuple[Probe, ...]:
    """The rows of one language as (question, near, middle, far); English for a language without rows of its own."""
    block = _CHINESE if lang == "zh" else _ENGLISH
    cells = [cell.strip() for line in block.strip().replace(" |\n", " | ").splitlines() for cell in line.split(" | ")]
    return tuple((cells[i], cells[i + 1], cells[i + 2], cells[i + 3]) for i in range(0, len(cells), 1 + len(GRADES)))
