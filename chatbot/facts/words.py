"""Closed word lists for reading facts: numbers, units, currencies and dates in English and Chinese."""

from __future__ import annotations

NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "dozen": 12, "zero": 0,
}  # fmt: skip
MULTIPLIERS = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
VAGUE = ("few", "couple", "several")
HALF = "half"

HAN_DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
HAN_POWERS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
HAN_GROUPS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
HAN_HALF = "半"
HAN_VAGUE = "几幾"

UNITS = {
    "working day": "workday", "working days": "workday", "business day": "workday", "business days": "workday",
    "weekday": "workday", "weekdays": "workday", "day": "day", "days": "day", "night": "night", "nights": "night",
    "week": "week", "weeks": "week", "fortnight": "fortnight", "month": "month", "months": "month", "year": "year",
    "years": "year", "yr": "year", "yrs": "year", "hour": "hour", "hours": "hour", "hr": "hour", "hrs": "hour",
    "h": "hour", "minute": "minute", "minutes": "minute", "min": "minute", "mins": "minute", "second": "second",
    "seconds": "second", "sec": "second", "secs": "second", "%": "%", "percent": "%", "per cent": "%", "kg": "kg",
    "kilo": "kg", "kilos": "kg", "kilograms": "kg", "kilogram": "kg", "g": "g", "grams": "g", "gram": "g", "km": "km",
    "cm": "cm", "mm": "mm", "m": "m", "metres": "m", "meters": "m", "w": "W", "watt": "W", "watts": "W", "v": "V",
    "volt": "V", "volts": "V", "°c": "°C", "°": "°C", "degrees": "°C", "litre": "l", "litres": "l", "ml": "ml",
    "points": "point", "point": "point",
    "个工作日": "workday", "個工作日": "workday", "工作日": "workday", "工作天": "workday", "个工作天": "workday",
    "天": "day", "日": "day", "晚": "night", "个星期": "week", "星期": "week", "周": "week", "週": "week",
    "个礼拜": "week", "礼拜": "week", "个月": "month", "個月": "month", "年": "year", "个小时": "hour", "小时": "hour",
    "小時": "hour", "钟头": "hour", "个钟头": "hour", "分钟": "minute", "分鐘": "minute", "秒": "second",
    "公斤": "kg", "千克": "kg", "斤": "jin", "克": "g", "公里": "km", "厘米": "cm", "公分": "cm", "毫米": "mm",
    "米": "m", "瓦": "W", "伏": "V", "摄氏度": "°C", "度": "°C", "毫升": "ml", "升": "l", "折": "折", "积分": "point",
}  # fmt: skip
"""Unit as written, lower case -> canonical unit."""

TIME_UNITS = frozenset({"workday", "day", "night", "week", "fortnight", "month", "year", "hour", "minute", "second"})
ARTICLE_UNITS = frozenset({"workday", "day", "week", "fortnight", "month", "year", "hour"})
"""`a week` is a duration; `a minute` and `a second` are mostly figures of speech."""

HAN_COUNTERS = "个個件次位张張期条條只台套种種颗瓶盒包封笔单份款名人倍片"
"""Counters without a canonical unit: the number counts, except 一, which is mostly an article."""

CURRENCIES = {
    "s$": "SGD", "sgd": "SGD", "sg$": "SGD", "singapore dollars": "SGD", "singapore dollar": "SGD", "新元": "SGD",
    "新币": "SGD", "新幣": "SGD", "坡币": "SGD", "us$": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "a$": "AUD",
    "aud": "AUD", "hk$": "HKD", "hkd": "HKD", "港币": "HKD", "港元": "HKD", "nt$": "TWD", "rm": "MYR", "myr": "MYR",
    "马币": "MYR", "令吉": "MYR", "rmb": "CNY", "cny": "CNY", "人民币": "CNY", "¥": "¥", "€": "EUR", "eur": "EUR",
    "euro": "EUR", "euros": "EUR", "欧元": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "英镑": "GBP", "$": "$",
    "dollar": "$", "dollars": "$", "bucks": "$", "cent": "cent", "cents": "cent", "元": "元", "块钱": "元", "块": "元",
    "塊": "元", "角": "角",
}  # fmt: skip
"""Currency as written, lower case -> canonical currency. Different currencies stay different."""

MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
WEEKDAYS = {
    "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 7, "mon": 1,
    "tue": 2, "tues": 2, "wed": 3, "thu": 4, "thur": 4, "thurs": 4, "fri": 5, "mondays": 1, "tuesdays": 2,
    "wednesdays": 3, "thursdays": 4, "fridays": 5, "saturdays": 6, "sundays": 7,
}  # fmt: skip
HAN_WEEKDAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
RELATIVE_DAYS = {
    "tomorrow": "+1", "tonight": "tonight", "yesterday": "-1", "明天": "+1", "明日": "+1", "后天": "+2", "後天": "+2",
    "昨天": "-1", "今晚": "tonight", "次日": "next workday", "隔天": "next day",
}  # fmt: skip
"""`today` and 今天 are left out: "How can I help you today?" states nothing."""

HAN_DAY_PARTS = {
    "凌晨": 0,
    "早上": 0,
    "上午": 0,
    "中午": 12,
    "下午": 12,
    "傍晚": 12,
    "晚上": 12,
}
"""Part of the day -> hours to add to a clock time below 12."""

CONNECTORS = frozenset({"to", "and", "or", "until", "till", "through", "a", "an", "of", "next", "per", "x", "am", "pm"})
HAN_CONNECTORS = "至到和或第每～—-~、·"
NOT_NAMES = frozenset({"i", "i'm", "i'll", "i'd", "i've", "ok", "a"})
