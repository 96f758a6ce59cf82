"""Short replies that say nothing by themselves: "yes", "ok", "no", 好的. What they mean follows from what came before.

Knows: how people agree, note and decline in English and Chinese, how replies are recorded. Does not know: models.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from chatbot.domain import Message, Role, Route
from chatbot.text import normalise


class ShortReply(StrEnum):
    """What a customer says in one word."""

    YES = "yes"
    NO = "no"
    NOTED = "noted"
    DONE = "done"


class Before(StrEnum):
    """What the assistant said last."""

    NOTHING = "nothing"
    ANSWER = "answer"
    QUESTION = "question"
    CHOICES = "choices"
    PERSON = "person"
    """It offered to pass the customer on."""


_SAID = {
    ShortReply.YES: """
yes / yes please / yeah / yeah please / yep / yup / yea / ya / y / yes i do / yes i did / yes it is / yes that
sure / sure thing / of course / correct
that's right / that is right / right / exactly / absolutely / definitely / please do / please / go ahead / do it
indeed / why not / yes sure / sure please / ok yes / yes ok / yes yes
是 / 是的 / 是啊 / 是呀 / 对 / 对的 / 对啊 / 对呀 / 对对 / 对对对 / 嗯对 / 没错 / 正是 / 要 / 要的 / 需要 / 需要的
当然 / 当然要 / 可以啊 / 好啊 / 好呀 / 麻烦你了 / 那麻烦你了 / 是的是的
""",
    ShortReply.NO: """
no / nope / nah / n / no it isn't / no it's not / not really / not that / not quite / no not that / that's not it
wrong / no no
不 / 不是 / 不是的 / 不对 / 不是这个 / 否 / 没 / 没有吧 / 并不是
""",
    ShortReply.NOTED: """
ok / okay / okey / okie / oki / k / kk / ok ok / ok then / okay then / alright / all right / alright then / fine
that's fine / got it / i got it / ok got it / i see / ah i see / oh i see
oh / oh ok / ah / ah ok / understood / great / perfect / cool / good / nice / noted / sounds good / makes sense
good to know / fair enough / ok cool / ok great / ok good / very good / wonderful / excellent / awesome / lovely
hmm / hm / ok la / can
好 / 好的 / 好的好的 / 好好 / 好吧 / 好嘞 / 好滴 / 好哒 / 好哦 / 行 / 行的 / 行吧 / 嗯 / 嗯嗯 / 恩 / 恩恩 / 嗯好
嗯好的 / 嗯呢 / 哦 / 哦哦 / 噢 / 喔 / 哦好 / 哦好的 / 明白 / 明白了 / 知道了 / 我知道了 / 了解 / 了解了 / 收到
懂了 / 清楚了 / 可以 / 可以的 / 没问题 / 原来如此 / 这样啊 / 原来这样 / 好的知道了 / 好的明白了 / ok的 / okk
""",
    ShortReply.DONE: """
i'm all set / i am all set / no i'm all set / nope i'm all set / i am good / no i am good / i am fine / no i am fine
no i'm fine / nope that's all / nope that's it / no thanks that's all / no thank you that's all / all set
that will be all
no thanks / no thank you / no thx / nothing else / nothing / that's all / that is all / that's it / that was all
no that's all / no that's it / no i'm good / i'm good / i'm fine / all good / never mind / nevermind / nvm / not now
no need / no worries / no more / no more questions
不用 / 不用了 / 不要 / 不要了 / 不需要 / 不需要了 / 不必了 / 没有 / 没有了 / 没了 / 没事 / 没事了 / 没别的
没别的了 / 没什么了 / 没其他的了 / 就这些 / 就这样 / 算了 / 暂时没有 / 暂时没有了 / 暂时不用 / 不了 / 不用谢谢
好的没有了 / 没有问题了 / 没问题了
""",
}
_OF_TEXT = {
    normalise(one): kind for kind, lines in _SAID.items() for line in lines.splitlines() for one in line.split(" / ")
}
_SIGNS = {"👍": ShortReply.NOTED, "👌": ShortReply.NOTED, "✅": ShortReply.YES, "👎": ShortReply.NO}
_MOST_CHARACTERS = 32
_TONE = re.compile(r"[\ufe0f\U0001f3fb-\U0001f3ff\s]")
_OFFERS_PERSON = re.compile(
    r"\bcan (?:pass|put|connect|transfer|bring) (?:you|in)\b|\bcolleague can (?:help|take over)\b"
    r"|\brather talk to a person\b|(?:帮|为|给)您转(?:接|给)?(?:人工|同事)"
    r"|让我转接|转接(?:人工|同事)|需要人工的话|想找真人",
    re.I,
)


def short_reply(text: str) -> ShortReply | None:
    """What the whole message says in short; None for any message that says more."""
    if len(text) > _MOST_CHARACTERS:
        return None
    words = normalise(text)
    if words:
        return _OF_TEXT.get(words)
    signs = set(_TONE.sub("", text))
    kinds = {_SIGNS.get(sign) for sign in signs}
    return kinds.pop() if len(kinds) == 1 else None


def said_before(messages: Sequence[Message]) -> tuple[Before, tuple[str, ...]]:
    """What the newest reply among `messages` was, and the choices it offered, "none of these" included."""
    replies = [message for message in messages if message.role is not Role.CUSTOMER]
    if not replies:
        return Before.NOTHING, ()
    decision = replies[-1].decision or {}
    route, text = decision.get("route"), replies[-1].text.rstrip()
    if route == Route.CLARIFY:
        return Before.CHOICES, tuple(map(str, decision.get("choices") or ()))
    if route in (Route.HANDOFF, Route.FAQ):
        return Before.ANSWER, ()
    if _OFFERS_PERSON.search(text):
        return Before.PERSON, ()
    return (Before.QUESTION if text.endswith(("?", "？")) else Before.ANSWER), ()
