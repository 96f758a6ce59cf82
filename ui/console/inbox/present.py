"""Conversations that wait for a person, as the team sees them: rows of the list, who answers.

Everything that comes from outside is escaped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from chatbot.domain.handoffs import Handoff
from ui.console.widgets.html import cut, escaped
from ui.wording.words import Words

COLUMNS = ("col_waits", "col_title", "col_answers", "col_passed_on", "col_lang", "col_id")
_TIME = "%Y-%m-%d %H:%M"
_HOUR, _DAY = 60, 24 * 60


def handoff_rows(found: Sequence[Handoff], now: dt.datetime, say: Words) -> list[list[str]]:
    """How long each has waited, first message, who answers, since when, language, id."""
    return [
        [
            waited(one.asked_at, one.settled_at or now, say),
            cut(one.conversation.title),
            _who(one, say),
            one.asked_at.strftime(_TIME),
            one.conversation.lang,
            one.conversation.id,
        ]
        for one in found
    ]


def waited(since: dt.datetime, until: dt.datetime, say: Words) -> str:
    """The time in whole minutes, from a day on in hours."""
    minutes = max(0, int((until - since).total_seconds() // 60))
    if minutes < _HOUR:
        return say("waited_minutes", minutes=minutes)
    if minutes < _DAY:
        return say("waited_hours", hours=minutes // _HOUR, minutes=minutes % _HOUR)
    return say("waited_days", days=minutes // _DAY, hours=minutes % _DAY // _HOUR)


def standing_html(handoff: Handoff, name: str, say: Words) -> str:
    """Who answers, seen by the colleague of that name."""
    holder = handoff.conversation.held_by
    if handoff.settled_at is not None:
        line = say("inbox_by", name=escaped(handoff.settled_by)) if handoff.settled_by else say("inbox_settled")
    elif not holder:
        line = say("inbox_nobody")
    else:
        line = say("inbox_mine" if holder == name else "inbox_theirs", name=escaped(holder))
    return f'<p class="standing" role="status">{line}</p>'


def _who(one: Handoff, say: Words) -> str:
    if one.settled_at is not None:
        return one.settled_by
    holder = one.conversation.held_by
    if not holder:
        return say("answers_nobody")
    return say("answers_open", name=holder) if one.unanswered else holder
