"""Short replies that say nothing by themselves: "yes", "ok", "no", 好的. What they mean follows from the last reply."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chatbot.domain import CustomerMessage, Message, Offer, Role
from chatbot.text import normalise


class ShortReply(StrEnum):
    """What a customer says in one word."""

    YES = "yes"
    NO = "no"
    NOTED = "noted"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class LastReply:
    """What the reply before a message left open; `exists` is False at the beginning of a conversation."""

    exists: bool = False
    offer: Offer = Offer.NOTHING
    choices: tuple[str, ...] = ()
    """What it asked to choose from, as stored, "none of these" last."""
    shown: tuple[str, ...] = ()
    """The same as the customer saw it; empty if that is no different."""

    @property
    def none_of_these(self) -> str:
        """The choice that rejects all others, by its place; empty where nothing was to be chosen."""
        return self.choices[-1] if self.choices else ""

    def stored(self, choice: str) -> str:
        """The stored text of a choice as the customer saw it."""
        return self.choices[self.shown.index(choice)] if choice in self.shown else choice

    def chosen_by(self, short: ShortReply) -> str:
        """The choice that a short reply takes: the only question, or "none of these"; empty where it leaves that open.

        Args:
            short: what the customer said to an offer of choices.
        """
        if self.offer is Offer.CLOSEST:
            return self.none_of_these if short is ShortReply.NO else ""
        if short in (ShortReply.NO, ShortReply.DONE):
            return self.none_of_these
        return self.choices[0] if len(self.choices) == _QUESTION_AND_NONE else ""


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
_QUESTION_AND_NONE = 2
_SIGNS = {"👍": ShortReply.NOTED, "👌": ShortReply.NOTED, "✅": ShortReply.YES, "👎": ShortReply.NO}
_MOST_CHARACTERS = 32
_TONE = re.compile(r"[\ufe0f\U0001f3fb-\U0001f3ff\s]")


def short_reply(message: CustomerMessage) -> ShortReply | None:
    """What the whole message says in short; None for any message that says more."""
    if len(message.text) > _MOST_CHARACTERS:
        return None
    if message.normalised:
        return _OF_TEXT.get(message.normalised)
    signs = set(_TONE.sub("", message.text))
    kinds = {_SIGNS.get(sign) for sign in signs}
    return kinds.pop() if len(kinds) == 1 else None


def last_reply(messages: Sequence[Message]) -> LastReply:
    """What the newest reply among `messages` left open: as recorded with it, or as an agent's question shows it."""
    newest = next((message for message in reversed(messages) if message.role is not Role.CUSTOMER), None)
    if newest is None:
        return LastReply()
    if newest.decision is not None:
        record = newest.decision
        shown = record.offered if record.stored_choices else ()
        return LastReply(True, record.offer, record.offered_as_stored, shown)
    return LastReply(True, Offer.QUESTION if is_question(newest.text) else Offer.NOTHING)


def is_question(text: str) -> bool:
    """Whether a text ends with a question mark."""
    return text.rstrip().endswith(("?", "？"))
