"""Commands on trained versions: what there is, how two differ, which is live."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from chatbot.bootstrap.model_reports import model_folder, report_text
from chatbot.cli.review import person
from chatbot.cli.terminal.output import JsonOption, print_json, print_table, progress_bar, say
from chatbot.cli.terminal.session import stores
from chatbot.domain import ModelRecord
from chatbot.errors import InputError, NotFoundError

VersionArgument = Annotated[str, typer.Argument(metavar="VERSION", help="Name of the version.")]
ByOption = Annotated[str, typer.Option("--by", help="Your name; default: the name of your login.")]
_SHOWN = 60


def _record_json(record: ModelRecord) -> dict[str, Any]:
    return {
        "kind": record.kind,
        "version": record.version,
        "status": record.status,
        "created_at": record.created_at.isoformat(),
        "metrics": dict(record.metrics),
        "parent": record.parent,
        "data_hash": record.data_hash,
        "promoted_at": record.promoted_at.isoformat() if record.promoted_at else None,
        "promoted_by": record.promoted_by or None,
        "verdict": dict(record.verdict) or None,
    }


def models_list(as_json: JsonOption = False) -> None:
    """List trained versions, newest first."""
    with stores() as opened:
        records = opened.registry.list()
    if as_json:
        print_json([_record_json(record) for record in records])
        return
    rows = [(r.kind, r.version, r.status, f"{r.created_at:%Y-%m-%d %H:%M}", r.promoted_by) for r in records]
    columns = ("kind", "version", "status", "created (UTC)", "promoted by")
    print_table(columns, rows, empty="No models yet. Run: chatbot train intent")


def models_show(version: VersionArgument, as_json: JsonOption = False) -> None:
    """Show the parent, data, figures and gate verdict of a version."""
    with stores() as opened:
        record = _record(opened.registry.list(), version)
    if as_json:
        print_json(_record_json(record))
        return
    for name, value in _record_json(record).items():
        if name not in ("metrics", "verdict"):
            print(f"{name:<14} {value if value is not None else ''}")
    for name, value in record.metrics.items():
        if isinstance(value, float | int):
            print(f"  {name:<24} {value:.4f}" if isinstance(value, float) else f"  {name:<24} {value}")
    for check in record.verdict.get("checks", ()):
        print(f"  {'passed' if check['passed'] else 'FAILED'}  {check['name']}: {check['sentence']}")


def models_diff(
    version: VersionArgument,
    other: Annotated[str, typer.Option("--with", help="Version to compare with; default is the live one.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Compare an intent model with the live one: gate checks, and recent messages that would change."""
    from chatbot.bootstrap.encoders import BaseEncoder
    from training.promotion.comparison import gate

    with stores() as opened:
        records = opened.registry.list()
        candidate = _record(records, version)
        against = other or opened.registry.live("intent") or ""
        before = _record(records, against)
        if "generator" in (candidate.kind, before.kind):
            raise InputError("Only intent models can be compared.")
        with progress_bar() as progress:
            verdict = gate(opened, BaseEncoder(opened.settings), version, progress, against=against)
    known = [set(record.metrics.get("intents", ())) for record in (before, candidate)]
    document = verdict.as_json() | {
        "same_data": bool(candidate.data_hash) and candidate.data_hash == before.data_hash,
        "intents": {"added": sorted(known[1] - known[0]), "removed": sorted(known[0] - known[1])},
        "changes": list(verdict.changes),
    }
    if as_json:
        print_json(document)
        return
    print(verdict.reason)
    for check in verdict.checks:
        print(f"  {'passed' if check.passed else 'FAILED'}  {check.name}: {check.sentence}")
    rows = [(c["message_id"], c["text"][:_SHOWN], _answer(c["before"]), _answer(c["after"])) for c in verdict.changes]
    columns = ("id", "message", f"with {against}", f"with {version}")
    print_table(columns, rows, empty="No recent message changes its route or answer.")


def models_report(version: VersionArgument) -> None:
    """Print the training report of a version (Markdown)."""
    with stores() as opened:
        folder = model_folder(opened, version)
        text = report_text(folder)
    print(text, end="" if text.endswith("\n") else "\n")
    say(f"Its pictures and tables lie in {folder}")


def models_promote(
    version: VersionArgument,
    override: Annotated[
        str, typer.Option(help="Go live even if the gate refuses, for this reason; it is logged.")
    ] = "",
    by: ByOption = "",
) -> None:
    """Make a version live if it passes the gate; running servers load it."""
    from chatbot.bootstrap.encoders import BaseEncoder
    from chatbot.bootstrap.models import check_model
    from training.promotion.comparison import promote

    with stores() as opened:
        kind = check_model(opened, version)
        if kind == "intent":
            with progress_bar() as progress:
                base = BaseEncoder(opened.settings)
                verdict = promote(opened, base, version, by=person(by), override=override, progress=progress)
            if verdict is not None:
                say(verdict.reason)
        else:
            opened.registry.promote(kind, version, by=person(by))
            opened.audit.record(person(by), "promote", {"kind": kind, "version": version})
    print(f"{kind} model {version} is live.")


def models_rollback(
    kind: Annotated[Literal["intent", "generator"], typer.Option(help="Which kind of model.")] = "intent",
    by: ByOption = "",
) -> None:
    """Make the previously live version live again."""
    with stores() as opened:
        version = opened.registry.rollback(kind)
        opened.audit.record(person(by), "rollback", {"kind": kind, "version": version})
    print(f"{kind} model {version} is live again.")


def models_delete(version: VersionArgument, by: ByOption = "") -> None:
    """Delete a version that is not live, permanently."""
    from training.promotion.retention import delete_version

    with stores() as opened:
        kind = delete_version(opened, version, by=person(by))
    print(f"{kind} model {version} is deleted.")


def _record(records: list[ModelRecord], version: str) -> ModelRecord:
    found = next((record for record in records if record.version == version), None)
    if found is None:
        raise NotFoundError(f"There is no model version {version!r}. See them with: chatbot models list")
    return found


def _answer(found: list[Any]) -> str:
    return f"{found[0]}: {str(found[1])[:_SHOWN]}"
