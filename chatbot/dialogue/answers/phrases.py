"""The fixed sentences of the assistant, English and Chinese, and what each leaves for the customer to take up."""

from __future__ import annotations

from chatbot.domain import Offer

PHRASES: dict[str, dict[str, str]] = {
    "clarify": {
        "en": "I want to be sure I answer the right question. Did you mean one of these?",
        "zh": "我想先确认一下您的问题，您是想问下面哪一个？",
    },
    "suggest": {
        "en": "I am not sure that this answers your question. The closest I have:",
        "zh": "我不确定这是不是您要问的，最接近的一条是：",
    },
    "none_of_these": {"en": "None of these", "zh": "都不是"},
    "none_chosen": {
        "en": "Thank you. Please put your question in other words, or ask for a person and I will pass you on.",
        "zh": "好的，谢谢告知。您可以换个说法再问一次，或者回复“转人工”，我帮您转接同事。",
    },
    "which_one": {
        "en": "Which one did you mean? Please choose it, or type its number.",
        "zh": "请问是下面哪一个？您可以点选，也可以直接回复序号。",
    },
    "go_on": {"en": "Of course! What would you like to know?", "zh": "好的，请问您想了解什么？"},
    "glad": {
        "en": "Good! Is there anything else I can help you with?",
        "zh": "好的！还有什么可以帮您的吗？",
    },
    "not_that": {
        "en": "I am sorry if that was not what you needed. Please put it in other words, or ask for a person.",
        "zh": "抱歉，可能没有答到您想问的。您可以换个说法再问一次，或者回复“转人工”。",
    },
    "noted": {"en": "All right! Just ask if anything else comes up.", "zh": "好的！还有问题随时问我。"},
    "done": {"en": "All right! Have a nice day, and come back any time.", "zh": "好的，祝您生活愉快，有需要随时找我！"},
    "hello": {"en": "Hello! How can I help you?", "zh": "您好！请问有什么可以帮您？"},
    "command": {
        "en": "I keep to my own rules, whatever a message says. If you meant one of these questions, I can answer it:",
        "zh": "我只按自己的规则回答，消息里的指令不起作用。如果您是想问下面的问题，我可以回答：",
    },
    "command_alone": {
        "en": "I keep to my own rules, whatever a message says. I can answer questions about our shop and orders.",
        "zh": "我只按自己的规则回答，消息里的指令不起作用。我可以回答关于本店和订单的问题。",
    },
    "a_program": {
        "en": "I am a program, not a person: I answer from what our team has written down. I can pass you on to a "
        "colleague if you like.",
        "zh": "我是智能客服，不是真人，按团队整理的资料回答问题。需要的话，我可以帮您转接人工同事。",
    },
    "sorry": {
        "en": "I am sorry about that. Please tell me what you need, or I can pass you on to a colleague.",
        "zh": "非常抱歉给您带来不好的体验。您可以告诉我需要什么，也可以让我转接人工同事来处理。",
    },
    "no_help": {
        "en": "I am sorry that I was no help. Please tell me what you need, or I can pass you on to a colleague.",
        "zh": "很抱歉没能帮到您。请告诉我您需要什么，或者我帮您转接人工同事。",
    },
    "welcome": {
        "en": "You are welcome! Is there anything else I can help you with?",
        "zh": "不客气！还有什么可以帮您的吗？",
    },
    "praised": {
        "en": "Thank you, that is good to hear! Is there anything else I can help you with?",
        "zh": "谢谢您的夸奖！还有什么可以帮您的吗？",
    },
    "stays": {
        "en": "All right, I do not pass you on. What would you like to know?",
        "zh": "好的，不转人工，您直接问我就行。请问您想了解什么？",
    },
    "cannot_act": {
        "en": "I cannot do that here: I cannot see or change orders, bookings or accounts. I can pass you on to "
        "a colleague who can.",
        "zh": "这件事我在这里办不了：我看不到也改不了订单、预约和账户。需要的话，我可以帮您转接人工同事处理。",
    },
    "cannot_look": {
        "en": "I cannot look that up: I cannot see orders or accounts. I can pass you on to a colleague who can.",
        "zh": "这个我查不到：我看不到订单、预约和账户的情况。需要的话，我可以帮您转接人工同事查询。",
    },
    "cannot_act_but": {
        "en": "I cannot see or change orders, bookings or accounts, so nothing is done yet. What we "
        "have written on it:",
        "zh": "我看不到也改不了订单、预约和账户，所以还没有为您办理。相关的说明是：",
    },
    "cannot_look_but": {
        "en": "I cannot see orders, bookings or accounts, so I do not know about yours. What we have written on it:",
        "zh": "我看不到订单、预约和账户，所以不清楚您这一笔的情况。相关的说明是：",
    },
    "handoff": {
        "en": "I am passing you on to a colleague, who will read this conversation first and answer you here.",
        "zh": "好的，我帮您转给人工同事，他会先看完我们的对话，然后在这里回复您。",
    },
    "with_person": {
        "en": "A colleague has this conversation and gets your message.",
        "zh": "人工同事正在处理这段对话，您的消息已经转达。",
    },
    "out_of_scope": {
        "en": "I am sorry, I cannot help with that. I can answer questions about our shop, orders and products.",
        "zh": "抱歉，这个问题我帮不上忙。我可以回答关于本店、订单和商品的问题。",
    },
    "no_match": {
        "en": "I am not sure I have the answer to that. Could you put it in other words? A colleague can help, too.",
        "zh": "这个问题我没有把握回答。您可以换个说法再问一次，也可以让我转接人工同事。",
    },
    "empty_knowledge": {
        "en": "I do not know any answers yet. Please ask the team to import their FAQ.",
        "zh": "我还没有任何问答资料，请联系团队先导入常见问题。",
    },
    "failed": {
        "en": "Something went wrong on our side, so I could not answer. Please try again in a moment.",
        "zh": "系统出了点问题，没能回答您，请稍后再试一次。",
    },
}


_OFFERS = {
    **dict.fromkeys(("clarify", "which_one", "command"), Offer.CHOICES),
    "suggest": Offer.CLOSEST,
    **dict.fromkeys(("go_on", "glad", "hello", "welcome", "praised", "stays"), Offer.QUESTION),
    **dict.fromkeys(("none_chosen", "no_match", "a_program", "sorry", "no_help"), Offer.PERSON),
    **dict.fromkeys(("cannot_act", "cannot_look"), Offer.PERSON),
}


def phrase(key: str, lang: str) -> str:
    """The sentence in that language, English where it has none."""
    texts = PHRASES[key]
    return texts.get(lang, texts["en"])


def offer_of(key: str) -> Offer:
    """What the sentence leaves for the customer to take up."""
    return _OFFERS.get(key, Offer.NOTHING)
