"""The line above every page: where one is, the other page, the language, logging out."""

from __future__ import annotations

from ui.wording.words import HTML_LANG, LANGUAGES, Words

CHAT = "/chat"
CONSOLE = "/console"
LOGIN = f"{CONSOLE}/login"
LOGOUT = f"{CONSOLE}/logout"
EXPORTS = {kind: f"{CONSOLE}/export/faq.{kind}" for kind in ("csv", "xlsx", "jsonl")}
REJECTS = f"{CONSOLE}/export/rejects.csv"
_NAMES = {"en": "English", "zh": "中文"}


def header(page: str, say: Words, *, logged_in: bool = False, languages: bool = True) -> str:
    """HTML of the header; `page` is `chat` or `console`."""
    tabs = "".join(
        f'<a href="{address}/"{_current(name == page)}>{say("nav_" + name)}</a>'
        for name, address in (("chat", CHAT), ("console", CONSOLE))
    )
    address = CHAT if page == "chat" else CONSOLE
    switch = "".join(
        f'<a href="{address}/{lang}/" lang="{HTML_LANG[lang]}"{_current(lang == say.lang)}>{_NAMES[lang]}</a>'
        for lang in LANGUAGES
    )
    parts = [f'<nav class="pages" aria-label="{say("nav_label")}">{tabs}</nav>']
    if languages:
        parts.append(f'<nav class="languages" aria-label="{say("language_label")}">{switch}</nav>')
    if logged_in:
        button = f'<button type="submit">{say("log_out")}</button>'
        parts.append(f'<form method="post" action="{LOGOUT}">{button}</form>')
    return f'<header class="top">{"".join(parts)}</header>'


def _current(is_current: bool) -> str:
    return ' aria-current="page"' if is_current else ""
