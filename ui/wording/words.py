"""Every visible string of the pages, English and Chinese.

Knows: words. Does not know: where they are shown.
"""

from __future__ import annotations

from ui.wording.decisions import EXPLAINING
from ui.wording.inbox import INBOX
from ui.wording.knowledge import LOOKING_AFTER
from ui.wording.review import LEARNING
from ui.wording.transcripts import PAST

LANGUAGES = ("en", "zh")
HTML_LANG = {"en": "en", "zh": "zh-CN"}

_CHAT: dict[str, tuple[str, str]] = {
    "chat_title": ("Support chat", "客服对话"),
    "console_title": ("Team console", "客服后台"),
    "nav_chat": ("Chat", "对话"),
    "nav_console": ("Team console", "客服后台"),
    "nav_label": ("Pages", "页面"),
    "language_label": ("Language", "语言"),
    "log_out": ("Log out", "退出登录"),
    "new_chat": ("New chat", "新对话"),
    "history": ("Your earlier chats", "历史对话"),
    "history_empty": ("Your chats will be kept here.", "您的对话会保存在这里。"),
    "show_history": ("Chats", "对话列表"),
    "conversation": ("Conversation", "对话内容"),
    "message_label": ("Your message", "您的消息"),
    "message_hint": ("Type your question", "请输入您的问题"),
    "send": ("Send", "发送"),
    "stop": ("Stop", "停止"),
    "welcome": ("How can we help?", "您好，有什么可以帮您？"),
    "welcome_hint": ("Ask in your own words, or start with one of these.", "请直接输入问题，或从下面的问题开始。"),
    "welcome_plain": ("Ask in your own words.", "请直接输入您的问题。"),
    "no_answers": ("There are no answers here yet", "这里还没有任何问答"),
    "no_answers_hint": (
        "For the team: open the [Team console]({console}), choose “Knowledge” and import your FAQ as a CSV file.",
        "给客服团队：请打开[客服后台]({console})，在“知识库”中导入常见问题 CSV 文件。",
    ),
    "source": ("Source: {question} · match {percent}\u00a0%", "来源：{question} · 匹配度 {percent}%"),
    "colleague": ("Colleague", "人工客服"),
    "thanks": ("Thank you for your feedback.", "感谢您的反馈。"),
    "untitled": ("Chat", "对话"),
    "too_long": (
        "Your message has {length:,} characters, the limit is {limit:,}. Please shorten it.",
        "您的消息有 {length:,} 个字，最多 {limit:,} 个字，请缩短后再发送。",
    ),
    "empty": ("Your message is empty. Please type a question.", "消息是空的，请输入您的问题。"),
    "busy": (
        "Your message before is still being answered. Please wait a moment and send this one again.",
        "上一条消息还在回复中，请稍后再发送这一条。",
    ),
    "no_cookie": (
        "Your browser does not send our cookie, so we cannot keep your chat. Please allow cookies and reload the page.",
        "浏览器没有发送我们的 Cookie，无法保存您的对话。请允许 Cookie 后刷新页面。",
    ),
    "not_rated": ("That message cannot be rated. Please reload the page.", "这条消息无法评价，请刷新页面后再试。"),
    "not_kept": (
        "Your message could not be stored, so it was not sent. Please try again in a moment.",
        "消息未能保存，因此没有发送。请稍后再试。",
    ),
}

_LOGIN: dict[str, tuple[str, str]] = {
    "login_title": ("Team console", "客服后台"),
    "login_hint": ("Please enter the team's password.", "请输入团队密码。"),
    "password": ("Password", "密码"),
    "log_in": ("Log in", "登录"),
    "wrong_password": ("That password is not right. Please try again.", "密码不正确，请重试。"),
    "too_many": (
        "Too many wrong passwords. Please wait {seconds} seconds and try again.",
        "密码错误次数过多，请等待 {seconds} 秒后再试。",
    ),
    "stale_form": ("This form was open for too long. Please try again.", "页面停留时间过长，请重新登录。"),
    "to_chat": ("Back to the chat", "返回对话"),
}

_KNOWLEDGE: dict[str, tuple[str, str]] = {
    "tab_knowledge": ("Knowledge", "知识库"),
    "import_heading": ("Import a FAQ", "导入常见问题"),
    "import_hint": (
        "A CSV, Excel, JSONL or ZIP file with the columns `question` and `answer`; "
        "optional: `variants`, `intent`, `lang`, `tags`, `id`. "
        "Nothing changes before you press Import.",
        "CSV、Excel、JSONL 或 ZIP 文件须包含 `question`（问题）和 `answer`（答案）两列；"
        "可选列：`variants`、`intent`、`lang`、`tags`、`id`。"
        "点击“导入”之前不会有任何改动。",
    ),
    "csv_file": ("FAQ file (CSV, Excel, JSONL or ZIP)", "常见问题文件（CSV、Excel、JSONL 或 ZIP）"),
    "preview": ("First rows of the file", "文件前几行"),
    "problems": ("Rows that cannot be taken", "无法导入的行"),
    "import": ("Import", "导入"),
    "undo": ("Undo this import", "撤销此次导入"),
    "export": ("Export as CSV", "导出 CSV"),
    "read": ("rows read", "读取行数"),
    "new": ("new", "新增"),
    "changed": ("changed", "更新"),
    "unchanged": ("skipped", "跳过"),
    "failed": ("not usable", "无法使用"),
    "encoding": ("encoding", "编码"),
    "file": ("file", "文件"),
    "preview_done": ("This is what Import would do", "导入后的结果预览"),
    "import_done": ("Imported", "导入完成"),
    "imported": (
        "{count} entries were imported. The assistant uses them now.",
        "已导入 {count} 条，助手现在就会使用。",
    ),
    "nothing_to_import": (
        "This file holds nothing new: every usable row is already in the knowledge base.",
        "该文件没有新内容：可用的行都已在知识库中。",
    ),
    "undone": ("The import was undone: {count} entries were put back.", "已撤销导入，恢复了 {count} 条。"),
    "nothing_to_undo": (
        "There is no import to undo.",
        "没有可以撤销的导入。",
    ),
    "no_file": ("Please choose a file first.", "请先选择一个文件。"),
    "entries": ("Entries", "问答条目"),
    "search": ("Search", "搜索"),
    "search_entries": ("Search question, answer, intent or tag", "搜索问题、答案、意图或标签"),
    "entries_shown": ("{shown} of {total} entries", "共 {total} 条，显示 {shown} 条"),
    "entries_empty": (
        "The knowledge base is empty. Import a FAQ file above: the assistant answers from it at once.",
        "知识库为空。请在上方导入常见问题文件，导入后助手立即可以作答。",
    ),
    "entries_none": ("No entry holds these words. Try fewer words.", "没有包含这些词的条目，请减少关键词再试。"),
    "col_question": ("Question", "问题"),
    "col_answer": ("Answer", "答案"),
    "col_variants": ("Variants", "其他问法"),
    "col_intent": ("Intent", "意图"),
    "col_lang": ("Language", "语言"),
    "col_tags": ("Tags", "标签"),
    "col_row": ("Row", "行号"),
    "col_column": ("Column", "列"),
    "col_reason": ("What is wrong", "问题说明"),
}

_CONVERSATIONS: dict[str, tuple[str, str]] = {
    "tab_conversations": ("Conversations", "对话记录"),
    "search_conversations": ("Search in messages", "搜索消息内容"),
    "refresh": ("Refresh", "刷新"),
    "newer": ("Newer", "较新"),
    "older": ("Older", "较早"),
    "shown": ("{first} to {last} of {total}", "第 {first} 至 {last} 条，共 {total} 条"),
    "conversations_empty": (
        "No conversations yet. Open the [chat]({chat}), ask something, and it appears here.",
        "还没有对话。请打开[对话页面]({chat})提一个问题，记录就会出现在这里。",
    ),
    "conversations_none": (
        "No conversation holds these words. Try fewer words.",
        "没有包含这些词的对话，请减少关键词再试。",
    ),
    "choose_conversation": (
        "Choose a conversation in the table to read it and to see why each answer was given.",
        "请在表格中选择一段对话，即可查看内容以及每个回答的依据。",
    ),
    "col_started": ("Started (UTC)", "开始时间（UTC）"),
    "col_title": ("First message", "首条消息"),
    "col_messages": ("Messages", "消息数"),
    "col_origin": ("Origin", "来源"),
    "col_id": ("ID", "编号"),
    "customer": ("Customer", "客户"),
    "assistant": ("Assistant", "助手"),
    "agent": ("Colleague", "人工客服"),
    "why": ("Why this answer", "回答依据"),
    "route": ("Route", "处理方式"),
    "reason": ("Reason", "原因"),
    "confidence": ("Confidence", "置信度"),
    "intents": ("Intents", "意图排序"),
    "in_scope": ("In scope", "属于业务范围"),
    "hits": ("FAQ entries found", "命中的问答"),
    "read_with": ("Read together with", "结合上文"),
    "choices": ("Offered choices", "提供的选项"),
    "score": ("Match", "匹配度"),
    "dense": ("Meaning", "语义分"),
    "lexical": ("Words", "字面分"),
    "answer": ("Answer", "回答语义分"),
    "duration": ("Time per step", "各步耗时"),
    "versions": ("Models", "模型版本"),
    "helpful": ("Rated helpful", "客户觉得有帮助"),
    "unhelpful": ("Rated not helpful", "客户觉得没帮助"),
    "routes_heading": ("How the {count} latest conversations were answered", "最近 {count} 段对话的处理方式"),
    "route_faq": ("FAQ answer", "问答直接回复"),
    "route_clarify": ("Asked back", "反问确认"),
    "route_generate": ("Written reply", "生成回复"),
    "route_handoff": ("Passed on to a person", "转人工"),
    "route_fallback": ("No answer", "未能回答"),
}

_TRAINING: dict[str, tuple[str, str]] = {
    "tab_training": ("Training", "训练"),
    "retrain": ("Retrain intent model", "重新训练意图模型"),
    "retrain_hint": (
        "Learns from the labelled examples and the FAQ. The live model keeps answering meanwhile.",
        "使用已标注的例句和常见问题进行训练。训练期间，当前模型继续回答客户。",
    ),
    "mode": ("How thoroughly", "训练方式"),
    "mode_fast": ("Fast: seconds", "快速：几秒"),
    "mode_auto": ("Best of both: minutes", "择优：几分钟"),
    "mode_full": ("Full: fine-tunes the encoder, minutes", "完整：微调编码器，几分钟"),
    "running": ("Training is running", "正在训练"),
    "already_running": ("Training is already running. Please wait for its result.", "训练已在进行中，请等待结果。"),
    "trained_live": ("Version {version} was trained and is live now.", "版本 {version} 训练完成，已经上线。"),
    "trained_candidate": (
        "Version {version} was trained. It is a candidate: promote it below when you are content with its figures.",
        "版本 {version} 训练完成，目前为候选版本。确认指标后可在下方上线。",
    ),
    "training_failed": ("Training stopped: {reason}", "训练中断：{reason}"),
    "training_broke": (
        "Training stopped because of an internal error. The server's log has the details; the live model is unchanged.",
        "训练因内部错误中断，详情见服务器日志；当前上线的模型没有变化。",
    ),
    "report_of": ("Report of version {version}", "版本 {version} 的训练报告"),
    "report_version": ("Version whose report is shown", "查看报告的版本"),
    "show_report": ("Show report", "查看报告"),
    "report_empty": (
        "Choose a version and press “{button}” to see what training measured and found out about it.",
        "选择一个版本并点击“{button}”，即可查看该版本的训练指标和发现的问题（报告为英文）。",
    ),
    "versions_heading": ("Versions", "模型版本"),
    "versions_empty": (
        "No intent model has been trained yet. Press “{button}”: the first version goes live at once.",
        "还没有训练过意图模型。请点击“{button}”，第一个版本会立即上线。",
    ),
    "col_version": ("Version", "版本"),
    "col_status": ("Status", "状态"),
    "col_created": ("Trained (UTC)", "训练时间（UTC）"),
    "col_metrics": ("Figures", "指标"),
    "status_live": ("live", "已上线"),
    "status_candidate": ("candidate", "候选"),
    "status_retired": ("retired", "已下线"),
    "version": ("Version to promote", "要上线的版本"),
    "promote": ("Promote", "上线"),
    "rollback": ("Roll back to the version before", "回退到上一版本"),
    "promoted": ("Version {version} is live now.", "版本 {version} 已上线。"),
    "rolled_back": ("Rolled back: version {version} is live again.", "已回退：版本 {version} 重新上线。"),
    "no_version": ("Please choose a version first.", "请先选择一个版本。"),
    "metric_accuracy": ("Accuracy", "准确率"),
    "metric_macro_f1": ("Macro F1", "宏平均 F1"),
    "metric_ece": ("Calibration error", "校准误差"),
    "metric_examples": ("Utterances", "例句"),
    "metric_validated": ("Held out", "留出样本"),
    "metric_wrong_share": ("Wrong when answered", "答错占比"),
    "metric_oos_auroc": ("Out-of-scope AUROC", "范围外 AUROC"),
    "metric_oos_fpr95": ("Out-of-scope FPR95", "范围外 FPR95"),
    "metric_unknown_intent_auroc": ("Unknown-intent AUROC", "未知意图 AUROC"),
    "metric_coverage": ("Coverage", "覆盖率"),
    "metric_n": ("Examples", "样本数"),
}

PARTS = (_CHAT, _LOGIN, _KNOWLEDGE, _CONVERSATIONS, LOOKING_AFTER, EXPLAINING, _TRAINING, PAST, LEARNING, INBOX)
WORDING: dict[str, tuple[str, str]] = {key: strings for part in PARTS for key, strings in part.items()}


class Words:
    """The strings of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in LANGUAGES else "en"
        self._index = LANGUAGES.index(self.lang)

    def __call__(self, key: str, **values: object) -> str:
        """The string of that key with its `{names}` filled in. Raises KeyError for an unknown key."""
        return WORDING[key][self._index].format(**values)

    def named(self, prefix: str, name: str) -> str:
        """The string of `prefix_name`, or the name itself where there is none: names may come from a model."""
        key = f"{prefix}_{name}"
        return WORDING[key][self._index] if key in WORDING else name
