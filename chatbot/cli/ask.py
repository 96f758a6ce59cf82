"""Commands that talk: serve, ask, chat, doctor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from chatbot.cli.terminal.output import JsonOption, print_json, print_table, say
from chatbot.cli.terminal.session import application, stores
from chatbot.domain import OUT_OF_SCOPE, NearestUtterance, Reply, Role
from chatbot.errors import ChatbotError, InputError

if TYPE_CHECKING:
    from chatbot.bootstrap.application import Application
    from ui.wording.words import Words

CLI_VISITOR = "cli"


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    lang: Annotated[Literal["en", "zh"] | None, typer.Option(help="Language when the browser names neither.")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the default browser.")] = False,
) -> None:
    """Start the web chat and the team console; the first run prepares the sample shop."""
    from chatbot.cli.server import run_server

    run_server(host=host, port=port, lang=lang, open_browser=open_browser)


def ask(
    text: Annotated[str, typer.Argument(help="The customer's message.")],
    as_json: JsonOption = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what was understood, found and decided.")] = False,
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


def chat() -> None:
    """Talk to the assistant in the terminal; an empty line or Ctrl-D ends it."""
    with application(prepare=True) as running:
        running.live()
        conversation = running.assistant.start(CLI_VISITOR, running.settings.lang)
        say("Type a message; an empty line ends the chat.")
        heard = 0
        while True:
            heard = print_colleagues(running, conversation.id, after=heard)
            try:
                text = input("> ")
            except EOFError:
                break
            if not text.strip():
                break
            try:
                # Read anew: a colleague may have taken it.
                reply = running.assistant.reply(running.stores.conversations.get(conversation.id), text)
            except InputError as error:
                say(f"Error: {error}")
                continue
            print(reply.text)
            for number, choice in enumerate(reply.choices, 1):
                print(f"  {number}. {choice}")


def print_colleagues(running: Application, conversation_id: str, *, after: int) -> int:
    """Print what colleagues wrote since the message with that id; returns the id of the newest message."""
    messages = running.stores.conversations.messages(conversation_id)
    for message in messages:
        if message.role is Role.AGENT and message.id > after:
            print(f"{message.author}: {message.text}")
    return messages[-1].id if messages else after


def doctor(as_json: JsonOption = False) -> None:
    """Check the home, database, models and index; exit code 1 when something is wrong."""
    from chatbot.bootstrap.doctor import check_encoder, check_stores

    with stores() as opened:
        checks = [*check_stores(opened), *check_encoder(opened)]
    if as_json:
        print_json([{"check": c.name, "ok": c.ok, "detail": c.detail} for c in checks])
    else:
        rows = [(("ok" if c.ok else "FAILED"), c.name, c.detail) for c in checks]
        print_table(("state", "check", "detail"), rows, empty="Nothing to check.")
    failed = [c.name for c in checks if not c.ok]
    if failed:
        raise ChatbotError(f"{len(failed)} of {len(checks)} checks failed: {', '.join(failed)}.")


def _reply_as_json(reply: Reply) -> dict[str, Any]:
    return {
        "reply": reply.text,
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
