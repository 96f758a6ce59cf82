"""The fixed sentences of the assistant, English and Chinese. Knows no route."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    "clarify": {
        "en": "I want to be sure I answer the right question. Did you mean one of these?",
        "zh": "我想先确认一下您的问题，您是想问下面哪一个？",
    },
    "none_of_these": {"en": "None of these", "zh": "都不是"},
    "none_chosen": {
        "en": "Thank you. Please put your question in other words, or ask for a person and I will pass you on.",
        "zh": "好的，谢谢告知。您可以换个说法再问一次，或者回复“转人工”，我帮您转接同事。",
    },
    "handoff": {
        "en": "I am passing you on to a colleague, who will read this conversation first and answer you here.",
        "zh": "好的，我帮您转给人工同事，他会先看完我们的对话，然后在这里回复您。",
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


def phrase(key: str, lang: str) -> str:
    """The sentence in that language, English where it has none."""
    texts = PHRASES[key]
    return texts.get(lang, texts["en"])


def is_phrase(key: str, text: str) -> bool:
    """True when `text` is that sentence in any language."""
    return text in PHRASES[key].values()
