"""The strings that explain a decision, English and Chinese: part of `ui.wording.words`.

Knows: words. Does not know: where they are shown.
"""

from __future__ import annotations

_FOUND: dict[str, tuple[str, str]] = {
    "phrasing": ("Best phrasing", "最接近的问法"),
    "hits_caption": (
        "In brackets: how much of an entry's strength came from the meaning of its question, from its words and from "
        "the meaning of its answer.",
        "括号内为该问答的强度中，问题的语义、字面和回答的语义各占多少。",
    ),
    "missing_phrasing": (
        "If “{question}” is the right entry, add “{phrasing}” to its further phrasings: it is then answered at once.",
        "如果“{question}”就是正确的问答，请把“{phrasing}”加入它的其他问法，之后即可直接回复。",
    ),
}

RULES: dict[str, tuple[str, str]] = {
    "rule_confident_match": (
        "An FAQ entry fits well enough to be answered word for word.",
        "有一条问答足够匹配，可以直接原文回复。",
    ),
    "rule_intent_and_match": (
        "An FAQ entry fits well enough to be answered word for word, and it belongs to the recognised intent.",
        "有一条问答足够匹配，并且属于识别出的意图，可以直接原文回复。",
    ),
    "rule_ambiguous_match": (
        "Several FAQ entries fit almost equally well, so the customer is asked which one is meant.",
        "有多条问答匹配程度相近，因此请客户确认想问的是哪一条。",
    ),
    "rule_weak_match": (
        "An FAQ entry may fit, but not surely enough to be the answer, so the customer is asked first.",
        "有问答可能匹配，但把握不足以直接回复，因此先向客户确认。",
    ),
    "rule_intent_route": (
        "The recognised intent has a route of its own, and no FAQ entry is certain enough to overrule it.",
        "识别出的意图有指定的处理方式，且没有问答的把握高到可以取而代之。",
    ),
    "rule_out_of_scope": (
        "The message is probably about something that no intent covers, and no FAQ entry fits well enough anyway.",
        "消息很可能不属于任何意图的业务范围，也没有足够匹配的问答。",
    ),
    "rule_low_confidence": (
        "No FAQ entry fits, and no intent is probable enough.",
        "没有匹配的问答，也没有可能性足够高的意图。",
    ),
    "rule_ambiguous_intent": (
        "No FAQ entry fits, and the two best intents are almost equally probable.",
        "没有匹配的问答，且排在最前的两个意图可能性相近。",
    ),
    "rule_no_match": (
        "No FAQ entry fits the message well enough.",
        "没有足够匹配这条消息的问答。",
    ),
    "rule_empty_knowledge": (
        "The knowledge base is empty, so there is nothing to answer from.",
        "知识库为空，没有可用于回答的内容。",
    ),
    "rule_nothing_said": (
        "The generator was asked for a reply but wrote nothing.",
        "已请求生成回复，但生成模型没有写出内容。",
    ),
    "rule_ungrounded": (
        "The written reply was held back: it said something that its sources do not support.",
        "生成的回复含有来源不支持的内容，因此没有发送。",
    ),
    "rule_rewritten": (
        "Part of the written reply was held back; the words of the source, or a known reply, took its place.",
        "生成的回复有一部分没有发送，已用来源原文或常用回复代替。",
    ),
    "rule_unavailable": (
        "Nobody could write a reply: the language model server is down, or too many replies were being written.",
        "暂时无法生成回复：语言模型服务不可用，或同时生成的回复过多。",
    ),
    "rule_short_reply": (
        "A bare “yes”, “ok” or “no” says nothing to search for; the reply follows from what was said before.",
        "只说“是”“好的”“不用”这样的短句没有可检索的内容，根据上一句话回复。",
    ),
    "rule_command": (
        "The message tries to command the assistant: it is told no, and what an FAQ entry answers in it is offered.",
        "消息试图指挥助手。助手予以拒绝，其中问答能解答的内容只作为选项给出。",
    ),
    "rule_small_talk": (
        "Nothing was found for the message, and it is small talk in words that leave no doubt.",
        "没有找到匹配的内容，而消息的措辞明显是闲聊。",
    ),
    "rule_with_person": (
        "A colleague has the conversation: the message goes to the colleague, and nothing is generated.",
        "人工同事正在处理这段对话：消息会转给同事，助手不生成回复。",
    ),
    "rule_step_failed": (
        "A step failed because of an internal error; the server's log has the details.",
        "某个步骤因内部错误失败，详情见服务器日志。",
    ),
}

_CHECKS: dict[str, tuple[str, str]] = {
    "check_in_scope": ("Probability of being in scope", "属于业务范围的概率"),
    "check_trusted_in_scope": ("The same, to trust the intent", "同上，用于信任意图"),
    "check_confidence": ("Probability of the best intent", "最佳意图的概率"),
    "check_margin": ("Lead of the best intent over the second", "最佳意图领先第二名的幅度"),
    "check_certain": (
        "Best FAQ match, to overrule rivals and the intent's route",
        "最佳匹配度（高到可以不顾其他问答和意图的处理方式）",
    ),
    "check_answer": ("Best FAQ match, to be answered", "最佳匹配度（可直接回复）"),
    "check_answer_unjudged": (
        "Best FAQ match, to be answered though out of scope (intent unknown to the model)",
        "最佳匹配度（超出业务范围，模型不了解其意图，仍可回复）",
    ),
    "check_answer_out_of_scope": (
        "Best FAQ match, to be answered though out of scope",
        "最佳匹配度（超出业务范围，仍可回复）",
    ),
    "check_rival_margin": ("Lead over the next FAQ entry with another answer", "领先答案不同的下一条问答的幅度"),
    "check_clarify": ("Best FAQ match, to ask back", "最佳匹配度（可反问确认）"),
}

EXPLAINING: dict[str, tuple[str, str]] = {
    **RULES,
    **_FOUND,
    **_CHECKS,
    "checks": ("Thresholds", "阈值"),
    "value": ("Value", "实际值"),
    "needed": ("Needed", "要求"),
    "reached": ("Reached", "是否达到"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "nearest": ("Nearest training utterances", "最接近的训练例句"),
    "nearest_caption": (
        "Looked up now, with the live intent model {version}.",
        "以当前上线的意图模型 {version} 现查。",
    ),
    "nearest_intent": ("Intent", "意图"),
    "similarity": ("Similarity", "相似度"),
    "oos": ("out of scope", "超出业务范围"),
    "text_from_conversation": ("(from a conversation)", "（来自对话）"),
    "text_unknown": ("(this version keeps no texts)", "（该版本未保存例句）"),
    "try_heading": ("Try a message", "试一条消息"),
    "try_hint": (
        "See what would be decided and why. Nothing is stored and no reply is written.",
        "查看系统会如何决定以及原因。不保存任何内容，也不生成回复。",
    ),
    "try_button": ("Explain", "查看依据"),
}
