"""`chatbot ask`: answer one message and, on request, explain the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.cli.terminal.output import JsonOption, print_json, print_table
from chatbot.cli.terminal.session import CLI_VISITOR, application
from chatbot.domain import OUT_OF_SCOPE, NearestUtterance, Reply

if TYPE_CHECKING:
    from ui.wording.words import Words


def ask(
    text: Annotated[str, typer.Argument(help="The customer's message.")],
    as_json: JsonOption = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show intents, hits, thresholds and the rule that applied.")
    ] = False,
) -> None:
    """Answer one message in a new conversation."""
    from chatbot.dialogue.assistant import check_message
    from chatbot.settings import load_settings

    settings = load_settings()
    check_message(text, max_chars=settings.max_message_chars)
    with application(prepare=True, settings=settings) as running:
        running.live()  # a model that cannot be loaded is said now and not stored as an apology
        conversation = running.assistant.start(CLI_VISITOR, running.settings.lang)
        reply = running.assistant.reply(conversation, text)
        nearest = running.assistant.nearest(text) if explain else ()
        if as_json:
            explanation = {"explanation": _explanation_as_json(reply, nearest)} if explain else {}
            print_json(_reply_as_json(reply) | explanation)
            return
        print(reply.text)
        for choice in reply.choices:
            print(f"  - {choice}")
        for hit in reply.sources:
            print(f"[{hit.score:.0%}] {hit.entry.question} ({hit.entry.id})")
        if explain:
            _print_explanation(reply, nearest)


def _reply_as_json(reply: Reply) -> dict[str, Any]:
    return {
        "reply": reply.text,
        "stored_reply": reply.stored_reply,
        "route": reply.route.value,
        "reason": reply.reason.value,
        "confidence": round(reply.confidence, 4),
        "intent": reply.intent,
        "sources": [
            {"id": hit.entry.id, "question": hit.entry.question, "score": round(hit.score, 4)} for hit in reply.sources
        ],
        "timings_ms": dict(reply.timings_ms),
    }


def _explanation_as_json(reply: Reply, nearest: Sequence[NearestUtterance]) -> dict[str, Any]:
    from chatbot.dialogue.explanation import nearest_record
    from chatbot.domain.decision_record import MOST_RANKED, StoredCheck

    ranked = reply.prediction.ranked[:MOST_RANKED] if reply.prediction is not None else ()
    return {
        "model_version": reply.model_versions.get("intent") or None,
        "rule": {"reason": reply.reason.value, "sentence": _rule(reply)},
        "ranked": [{"intent": score.intent, "probability": round(score.probability, 4)} for score in ranked],
        "nearest": [nearest_record(utterance) for utterance in nearest],
        "checks": [StoredCheck.of(check).to_json() for check in reply.checks],
    }


def _print_explanation(reply: Reply, nearest: Sequence[NearestUtterance]) -> None:
    from chatbot.dialogue.explanation import shares
    from chatbot.domain.decision_record import MOST_RANKED
    from ui.wording.words import Words

    words = Words("en")
    print(f"\nroute {reply.route.value}, because {reply.reason.value}; confidence {reply.confidence:.2f}")
    print(_rule(reply))
    print(f"intent model {reply.model_versions.get('intent') or 'none'}")
    checks = [
        (words.named("check", check.name), *shares(check.value, check.needed), "yes" if check.reached else "no")
        for check in reply.checks
    ]
    print_table(("threshold", "value", "needed", "reached"), checks, empty="No threshold was looked at.")
    if reply.prediction is not None:
        ranked = [(s.intent, f"{s.probability:.3f}") for s in reply.prediction.ranked[:MOST_RANKED]]
        print_table(("intent", "probability"), ranked, empty="The intent model knows no intents.")
        near = [
            (f"{one.similarity:.3f}", words("oos") if one.intent == OUT_OF_SCOPE else one.intent, _text(one, words))
            for one in nearest
        ]
        print_table(("similarity", "intent", "nearest utterance"), near, empty="The intent model has no utterances.")
    found = [
        (f"{h.score:.3f}", f"{h.dense:.3f}", f"{h.lexical:.3f}", h.entry.question, h.phrasing) for h in reply.candidates
    ]
    print_table(("score", "dense", "lexical", "entry", "best phrasing"), found, empty="No FAQ entry was found.")


def _rule(reply: Reply) -> str:
    from ui.wording.words import Words

    return Words("en").named("rule", reply.reason.value)


def _text(utterance: NearestUtterance, words: Words) -> str:
    return utterance.text or words("text_from_conversation" if utterance.from_conversation else "text_unknown")
