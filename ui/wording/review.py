"""The strings of the review queue and of the gate, English and Chinese: part of `ui.wording.words`.

Knows: words. Does not know: where they are shown.
"""

from __future__ import annotations

LEARNING: dict[str, tuple[str, str]] = {
    "reason_wrong": ("The answer is wrong", "回答有误"),
    "reason_other_question": ("Not what I asked", "答非所问"),
    "reason_outdated": ("Out of date", "内容过时"),
    "reason_unclear": ("Hard to understand", "看不明白"),
    "tab_review": ("Review", "标注"),
    "review_hint": (
        "The messages whose labels teach the model most come first. Nothing is learned before a person has labelled "
        "it. Keys: 1 confirms, o out of scope, x ignore, s skip, u undo.",
        "最值得标注的消息排在最前。未经人工标注的消息不会用于训练。"
        "快捷键：1 确认，o 超出范围，x 忽略，s 跳过，u 撤销。",
    ),
    "reviewer": ("Your name, kept with your labels", "您的姓名（与标注一同保存）"),
    "review_empty": (
        "There is nothing to label. Messages appear here as customers write.",
        "暂无待标注的消息。客户发来消息后会出现在这里。",
    ),
    "topic_keep": ("Keep as a draft", "存为草稿"),
    "topic_kept": ("Kept among the drafts in “{tab}”: {question}", "已存入“{tab}”中的草稿：{question}"),
    "review_next": ("Next message", "下一条"),
    "confirm_guess": ("Confirm: {intent} (1)", "确认：{intent}（1）"),
    "out_of_scope": ("out of scope", "超出范围"),
    "no_guess": ("No guess", "没有推测"),
    "out_of_scope_button": ("Out of scope (o)", "超出范围（o）"),
    "ignore_button": ("Ignore (x)", "忽略（x）"),
    "skip_button": ("Skip (s)", "跳过（s）"),
    "undo_button": ("Undo (u)", "撤销（u）"),
    "correct_label": ("Another intent, or a new one", "其他意图，或输入新意图"),
    "correct_button": ("Label with it", "标注为此意图"),
    "alike_box": ("Label all {count} messages that ask the same", "同时标注 {count} 条相同的问题"),
    "labelled": ("Labelled {count}.", "已标注 {count} 条。"),
    "unlabelled": ("Taken back: {count}.", "已撤销 {count} 条。"),
    "guesses": ("Guesses", "推测"),
    "near": ("Nearest utterances", "最接近的例句"),
    "why_here": (
        "Asked {frequency} times · uncertainty {uncertainty}\u00a0% · {signs}",
        "被问 {frequency} 次 · 不确定度 {uncertainty}% · {signs}",
    ),
    "no_signs": ("no signs", "没有反馈"),
    "signal_thumb_up": ("thumb up", "点赞"),
    "signal_thumb_down": ("thumb down", "点踩"),
    "signal_chosen": ("chosen", "已选择"),
    "signal_none_of_these": ("none of these", "都不是"),
    "signal_rephrased": ("asked again", "换说法再问"),
    "signal_asked_person": ("asked for a person", "要求人工"),
    "signal_thanks": ("thanks", "感谢"),
    "topics_heading": ("Unanswered questions", "未能回答的问题"),
    "topics_hint": (
        "What customers asked in the last 30 days without getting an answer, by topic. Choose one to make an FAQ entry "
        "or an intent of it.",
        "最近 30 天没有得到回答的问题，按主题归类。选择一个主题，可生成问答或意图。",
    ),
    "topics_empty": (
        "No two questions of the last 30 days were left without an answer and ask about the same. Single ones wait in "
        "the queue above; group again after more chats.",
        "最近 30 天没有两条以上相同主题的未回答问题。单条问题在上方的队列中；有更多对话后请再次归类。",
    ),
    "topics_refresh": ("Group questions", "归类问题"),
    "col_about": ("About", "关键词"),
    "col_central": ("Central message", "代表消息"),
    "col_size": ("Asked", "次数"),
    "col_trend": ("This week / before", "本周 / 上周"),
    "topic_choice": ("Topic", "主题"),
    "draft_phrasings": ("Further phrasings, one a line", "其他问法（每行一条）"),
    "topic_intent_name": ("Intent (optional)", "意图（可选）"),
    "draft_add": ("Add to the FAQ", "加入问答"),
    "draft_added": ("Added to the FAQ: {question}", "已加入问答：{question}"),
    "draft_incomplete": ("Please give a question and an answer.", "请填写问题和答案。"),
    "topic_answered": (
        "A colleague answered this in the chat: read the proposed answer before you add it. Personal data is masked.",
        "同事在对话中回答过这个问题，已填入建议答案（个人信息已隐去），请核对后再添加。",
    ),
    "answer_masked": (
        "The answer still holds {left} in place of personal data. Please change it first.",
        "答案中仍有隐去个人信息的 {left}，请先修改。",
    ),
    "topic_intent": ("Make an intent of its messages", "用这些消息新建意图"),
    "topic_labelled": ("Intent {intent} has {count} labelled messages.", "意图 {intent} 已有 {count} 条标注消息。"),
    "cancel_training": ("Stop training", "停止训练"),
    "cancelling": ("The training stops at its next step.", "训练将在下一步停止。"),
    "override_reason": ("Reason to go live against the gate", "不顾评审结果仍要上线的理由"),
    "compare": ("What would change?", "会有什么变化？"),
    "gate_passes": ("The gate lets this version pass", "评审通过"),
    "gate_refuses": ("The gate refuses this version", "评审未通过"),
    "changes_count": (
        "{changed} of the last {total} messages would change their route or answer.",
        "最近 {total} 条消息中有 {changed} 条的处理方式或答案会改变。",
    ),
    "col_live_says": ("Now", "现在"),
    "col_version_says": ("With this version", "换用该版本后"),
    "gate_said": ("Gate: {reason}", "评审：{reason}"),
}
