"""Commands of the review queue: what to label next, labelling, undo, who labelled what."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from chatbot.cli.terminal.output import JsonOption, print_json, print_table, progress_bar, say
from chatbot.cli.terminal.session import stores
from chatbot.domain import OUT_OF_SCOPE, LabelAction, MessageLabel, Role, Route
from chatbot.errors import ChatbotError, InputError

if TYPE_CHECKING:
    from chatbot.domain.review import ItemDetail, QueueItem
    from training.labelling.desk import ReviewDesk


ByOption = Annotated[str, typer.Option("--by", help="Your name; default: the name of your login.")]
EMPTY = "No messages to label. They come with the chats: chatbot serve"
_SHOWN = 60
_LINES = 6


def person(given: str) -> str:
    """The name that labels are kept under."""
    if given:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "command line"


def review_list(
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Maximum number to show, the most useful first.")] = 20,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the logged messages whose labels would help the model most."""
    from training.labelling.desk import ReviewDesk

    with stores() as opened, progress_bar() as progress:
        items = ReviewDesk(opened).queue(person(by), limit=limit, progress=progress)
    if as_json:
        print_json([item.as_json() for item in items])
        return
    rows = [
        (
            item.message.id,
            item.message.text[:_SHOWN],
            _guess(item),
            item.frequency,
            f"{item.uncertainty:.2f}",
            ", ".join(s.kind.value for s in item.message.signals),
        )
        for item in items
    ]
    print_table(("id", "message", "guess", "asked", "uncertain", "signs"), rows, empty=EMPTY)


def review_next(
    count: Annotated[int, typer.Option(min=1, max=200, help="Number of messages.")] = 1,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Reserve the next messages to label for ten minutes."""
    from training.labelling.desk import ReviewDesk

    with stores() as opened:
        desk = ReviewDesk(opened)
        with progress_bar() as progress:
            items = desk.take(person(by), count=count, progress=progress)
        details = [desk.detail(item) for item in items]
    if as_json:
        print_json([_detail_json(detail) for detail in details])
        return
    for detail in details:
        _print_detail(detail)
    if not details:
        print(EMPTY)


def review_label(
    messages: Annotated[list[int], typer.Argument(metavar="MESSAGE...", help="Ids of the messages.")],
    intent: Annotated[str, typer.Option(help="Intent of the messages.")] = "",
    new_intent: Annotated[str, typer.Option(help="A new intent, created with these messages.")] = "",
    route: Annotated[Literal["faq", "generate", "handoff"], typer.Option(help="Route of the new intent.")] = "faq",
    out_of_scope: Annotated[bool, typer.Option("--out-of-scope", help="The messages are out of scope.")] = False,
    ignore: Annotated[bool, typer.Option("--ignore", help="Exclude the messages from learning.")] = False,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Label messages as one batch."""
    from training.labelling.desk import ReviewDesk

    chosen = [
        (LabelAction.CORRECT, intent) if intent else None,
        (LabelAction.NEW_INTENT, new_intent) if new_intent else None,
        (LabelAction.OUT_OF_SCOPE, "") if out_of_scope else None,
        (LabelAction.IGNORE, "") if ignore else None,
    ]
    given = [choice for choice in chosen if choice is not None]
    if len(given) != 1:
        raise InputError("Say one thing about the messages: --intent, --new-intent, --out-of-scope or --ignore.")
    action, name = given[0]
    with stores() as opened:
        batch = ReviewDesk(opened).label(messages, action, person(by), intent=name, route=Route(route))
    if as_json:
        print_json({"batch": batch, "messages": messages, "action": action.value, "intent": name or None})
        return
    print(f"{len(messages)} labelled (batch {batch}).")
    say(f"Undo with: chatbot review undo --batch {batch}")


def review_undo(
    batch: Annotated[str | None, typer.Option(help="Number of the batch; default: your last one.")] = None,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Undo a batch of labels; the messages return to the queue."""
    from training.labelling.desk import ReviewDesk

    with stores() as opened:
        undone = ReviewDesk(opened).undo(person(by), batch)
    if as_json:
        print_json([_label_json(label) for label in undone])
        return
    print(f"{len(undone)} labels of batch {undone[0].batch} taken back.")


def review_history(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number to show, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show who labelled what."""
    with stores() as opened:
        found = opened.review.labels(limit=limit)
    if as_json:
        print_json([_label_json(label) for label in found])
        return
    rows = [
        (
            f"{x.at:%Y-%m-%d %H:%M}",
            x.by,
            x.batch,
            x.text[:_SHOWN],
            x.intent or "",
            x.action.value,
            "undone" if x.undone else "",
        )
        for x in found
    ]
    columns = ("labelled (UTC)", "by", "batch", "message", "intent", "action", "")
    print_table(columns, rows, empty="No labels yet. Begin with: chatbot review start")


def review_start(by: ByOption = "") -> None:
    """Label messages interactively at the keyboard."""
    from training.labelling.desk import ReviewDesk

    who = person(by)
    with stores() as opened:
        desk = ReviewDesk(opened)
        say("Keys: 1-5 that guess, a all alike with guess 1, i INTENT, n NEW-INTENT, o out of scope, x ignore,")
        say("      s skip, u undo, q quit.")
        skipped: set[int] = set()
        labelled = 0
        while True:
            with progress_bar() as progress:
                items = desk.take(who, count=1 + len(skipped), progress=progress)
            item = next((x for x in items if x.message.id not in skipped), None)
            if item is None:
                desk.release(who)
                print(EMPTY if not labelled else f"Nothing left: {labelled} labelled.")
                return
            _print_detail(desk.detail(item))
            answer = typer.prompt("", prompt_suffix="> ", default="s", show_default=False)
            if answer == "q":
                desk.release(who)
                print(f"{labelled} labelled.")
                return
            try:
                said = _obey(desk, item, answer.strip(), who)
            except ChatbotError as error:
                say(str(error))
                continue
            if said is None:
                skipped.add(item.message.id)
            else:
                labelled += said


def _obey(desk: ReviewDesk, item: QueueItem, answer: str, who: str) -> int | None:
    """Do what a key says; returns how many messages were labelled, None for a skipped one."""
    key, _, rest = answer.partition(" ")
    own = [item.message.id]
    if key == "s":
        return None
    if key == "u":
        return -len(desk.undo(who))
    if key in ("o", "x"):
        desk.label(own, LabelAction.OUT_OF_SCOPE if key == "o" else LabelAction.IGNORE, who)
        return 1
    if key in ("i", "n"):
        desk.label(own, LabelAction.CORRECT if key == "i" else LabelAction.NEW_INTENT, who, intent=rest)
        return 1
    ids, number = (list(item.alike), 1) if key == "a" else (own, int(key) if key.isdigit() else 0)
    if not 1 <= number <= len(item.guesses):
        raise InputError(f"{answer!r} is no key. Type 1 to {len(item.guesses)}, a, i, n, o, x, s, u or q.")
    guess = item.guesses[number - 1][0]
    if guess == OUT_OF_SCOPE:
        desk.label(ids, LabelAction.OUT_OF_SCOPE, who)
    else:
        desk.label(ids, LabelAction.CONFIRM if number == 1 else LabelAction.CORRECT, who, intent=guess)
    return len(ids)


def _guess(item: QueueItem) -> str:
    return f"{item.guesses[0][0]} {item.guesses[0][1]:.0%}" if item.guesses else ""


def _detail_json(detail: ItemDetail) -> dict[str, Any]:
    return detail.item.as_json() | {
        "nearest": [[n.text or None, n.intent, round(n.similarity, 4)] for n in detail.nearest],
        "conversation": [[message.role.value, message.text] for message in detail.conversation],
    }


def _label_json(label: MessageLabel) -> dict[str, Any]:
    return {
        "batch": label.batch,
        "message_id": label.message_id,
        "text": label.text,
        "intent": label.intent,
        "action": label.action.value,
        "by": label.by,
        "at": label.at.isoformat(),
        "undone": label.undone,
    }


def _print_detail(detail: ItemDetail) -> None:
    item = detail.item
    print(f"\n[{item.message.id}] {item.message.text}")
    said = [m for m in detail.conversation if m.id <= item.message.id + 1][-_LINES:]
    for message in said:
        if message.id != item.message.id:
            print(f"    {'customer' if message.role is Role.CUSTOMER else 'reply':<9}{message.text[: _SHOWN * 2]}")
    if item.message.signals:
        signs = (s.kind.value + (f" ({s.detail})" if s.detail else "") for s in item.message.signals)
        print("    signs    " + ", ".join(signs))
    for number, (intent, share) in enumerate(item.guesses, start=1):
        print(f"    {number} {intent} {share:.0%}")
    for near in detail.nearest[:3]:
        print(f"    near     {near.intent}: {near.text or '(from a conversation)'}")
    if len(item.alike) > 1:
        print(f"    {len(item.alike)} messages ask the same: {' '.join(map(str, item.alike[:20]))}")
