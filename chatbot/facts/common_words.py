"""English words that are capitalised only because they begin a sentence, and well-known names."""

from __future__ import annotations

_COMMON = """
    a about above absolutely accepted access accessories according account accounts actually add added address
    advice after afterwards again agreed ah airport all allow allowed already alright also alternatively although
    always amazing among an and another any anybody anyone anything anytime anyway anywhere apart apartment
    apartments apologies appliances apply appointments april are aren't around arriving as aside ask asking assembly
    at attraction attractions august available aw away awesome back bad balance based batteries be because bed
    bedding beds before below beside besides best better between beyond big bigger birthday blankets booked booking
    both bowls brief briefly brilliant bring bulk bus buses business but buy by bye call calling can can't cancel
    cancellation cancelled cannot card cards care carry cash certain certainly change changes changing charges chat
    cheaper check checking cheers chinese choose choosing clean clear clearly click close closed coffee collect
    collection color colors colour colours come coming complaints completely concert confirm confirmation confirmed
    congratulations considering contact cool correct cost costs could couldn't couple coupon coupons courier
    couriers cuisine cups currently cushions custom customer customers customs cutlery damaged dear december deep
    definitely delighted deliver delivered deliveries delivery dentist depart departing departure depending depends
    details did didn't different digital dinner direct directly discount discounts dish dishes do doctor does
    doesn't doing don't done double down download dozen drop due during duties each earlier early easily easy eight
    either electrical eleven else email emails english engraving enjoy enjoyed enough enter especially even evening
    event events eventually ever every everybody everyone everything exactly excellent except exchange exchanges
    exciting excuse express extra fabulous fair fairly fantastic far faulty february feel few final finally find
    fine first firstly five flat flight flights fold follow following food for forever forget form found four
    fragile free freight frequently fresh friday friendly from full fully furniture further furthermore general
    generally get getting gift gifts give given giving glad glass glasses go going good goodbye goodness goods got
    grand great greetings guess had haha half handle happy hardly has hasn't haste have haven't having he heavy
    hello help her here here's hers hey hi high his hm hmm hold holiday holidays honestly hope hopefully hot hotel
    hotels house how how's however huge hugs i i'd i'll i'm i've iced ideally if imagine immediately important in
    include included including indeed initially inside installation instead instructions international into invoice
    invoices is isn't it it'd it'll it's items its itself january job join july june just keep kettles kind kindly
    kitchen knives know lamps large last lastly late later latte least leave left less let let's letters lids light
    like likely linen little local log logging long look looking looks lost lots lovely low loyalty luckily lunch
    machine main mainly make making many march maximum may maybe me meanwhile measure medium meet members membership
    metro mhm might mind mine minimum minor minus miss missing mm modern moment monday more moreover morning most
    mostly move movie much mugs museum museums must my myself name naturally near nearly need neither never
    nevertheless new next nice night nine no nobody none nope nor normal normally not note nothing november now
    nowhere occasionally october odd of off offer offers often oh ok okay old on once one ones online only oops open
    opening opens option options or order ordered ordering orders other others otherwise ouch our ours out outside
    oven over overall own packages packaging page paid pans parcel parcels pardon park part partial parts party pass
    past pay paying payment payments people perfect perfectly perhaps personal personally phone photos pick pickup
    pillows place plain plan plates play please pleasure plenty plus points poor possibly pots practically pre press
    previously price prices prior probably processing product products promise promotional promotions proof properly
    provided purchases put quality question questions quick quickly quite rather rating reach read ready real really
    reasons receipt receipts received recently recommended refund refunds regarding regards regular regularly
    related remember remind remove repair repairs replace replacement replacements reply report request requests
    reservation reset restaurant restaurants restock return returned returning returns reviews ride rides right room
    rooms roughly round rugs safe said sale sales salon same saturday save say scenic schedule search seat seats
    second secondly secure see seems select selected self sell send sending sent september service set seven several
    shall she sheets shelf shelves shipping ships shop shopping short should shouldn't show showing sign signed
    similar simple simply since single sir six size sizes sleep small smart so sofas soft some somebody someone
    something sometimes somewhere soon sorry sounds spare speaking special standard start started starting station
    stay steel step steps still stock stop storage store stores strange strictly student students subscribe such
    suddenly suitable sunday super support supposedly sure surely surprise sweet tables tableware take taking talk
    tap taxes taxi tea teapots telephone tell temporarily ten terrible textiles than thank thanks that that'd
    that'll that's the their theirs them then there there'd there'll there's therefore these they they'd they'll
    they're they've thing things think this those though three through throw thursday thus ticket tickets till time
    tiny tips to today together tomorrow tonight too top total totally towards towels track tracking trade train
    trains transfer transferring travel tried truly try trying tuesday turn twelve twice two type types typically um
    unable under understandable understood unfortunately unless unlike unlikely unpaid until unused up update
    updates upon urgent us use used useful usually vases vegetarian very via visit vouchers wait waiting want warm
    warmest warranty was wash washing wasn't watch water way we we'd we'll we're we've weather wednesday weekdays
    weekends welcome well were weren't what what's whatever when whenever where where's wherever whether which
    whichever while white who who's whoever whole whose why wide will wine wipe wireless wish with within without
    won't wonderful wooden work working works would wouldn't wow write wrong yeah yep yes yet you you'd you'll
    you're you've your yours yourself yummy
"""
_SMALL_NAMES = """
    amazon ikea ebay etsy walmart target costco aliexpress taobao tmall shopee lazada shein temu zalora wayfair
    argos fedex dhl ups usps singpost ninjavan lalamove gojek grab uber lyft paypal visa mastercard amex alipay
    wechat stripe klarna grabpay paynow apple google samsung sony philips dyson lego nike adidas bosch siemens tefal
    facebook instagram whatsapp telegram twitter tiktok youtube netflix chatgpt openai microsoft singapore malaysia
    indonesia thailand vietnam china japan korea india australia canada america usa uk england london paris germany
    france italy spain europe asia beijing shanghai taiwan taipei sydney melbourne tokyo seoul bangkok jakarta
"""
_HAN_NAMES = """
    淘宝 天猫 京东 拼多多 抖音 快手 小红书 美团 饿了么 虾皮 来赞达 亚马逊 宜家 沃尔玛 苏宁 唯品会 顺丰 圆通
    中通 申通 韵达 极兔 德邦 菜鸟 邮政 支付宝 微信 银联 花呗 信用宝 苹果 华为 小米 三星
    索尼 飞利浦 戴森 美的 格力 海尔 苏泊尔 九阳 双立人 无印良品 名创优品 星巴克 麦当劳 肯德基 谷歌 百度 腾讯
    阿里 微软 新加坡 马来西亚 印尼 泰国 越南 中国 日本 韩国 印度 澳大利亚 澳洲 加拿大 美国
    英国 法国 德国 意大利 西班牙 欧洲 亚洲 北京 上海 广州 深圳 香港 台湾 澳门 台北 东京 首尔 曼谷 吉隆坡 悉尼
    墨尔本 伦敦 巴黎 纽约
"""

COMMON = frozenset(_COMMON.split())
"""Words that begin sentences of customers and shops; inflected forms are matched by their stem."""

SMALL_NAMES = frozenset(_SMALL_NAMES.split())
"""Shops, couriers, payment methods, makers and places that are also written without a capital."""

HAN_NAMES = tuple(_HAN_NAMES.split())
"""The same in Chinese."""
