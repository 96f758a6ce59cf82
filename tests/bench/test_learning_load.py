"""200 chats a minute while a model is trained, and during promotions and rollbacks, against the same load at rest."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chatbot.bootstrap.stores import open_stores
from chatbot.intent.artifact import load_artifact
from chatbot.settings import Settings
from support.servers.command_line import run
from support.servers.real_server import Running, real_server
from support.shops.sample_data import rows

A_MINUTE = 200
SECONDS = 30
SWITCHES = 10


@dataclass
class Load:
    """Chats at an even pace from their own threads; milliseconds and errors as they come."""

    server: Running
    texts: list[str]
    taken: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def run(self, *, until: threading.Event | None = None, seconds: float = SECONDS) -> None:
        """So long, and on until the event is set."""
        begun = time.monotonic()
        with ThreadPoolExecutor(16) as pool:
            number = 0
            while time.monotonic() - begun < seconds or (until is not None and not until.is_set()):
                pool.submit(self.chat, self.texts[number % len(self.texts)])
                number += 1
                time.sleep(max(0.0, begun + number * 60 / A_MINUTE - time.monotonic()))

    def chat(self, text: str) -> None:
        body = json.dumps({"message": text, "visitor_id": "visitor-under-load"}).encode()
        sent = urllib.request.Request(
            f"{self.server.url}/api/v1/chat", body, {"content-type": "application/json"}, method="POST"
        )
        started = time.perf_counter()
        try:
            with urllib.request.urlopen(sent, timeout=60) as answered:
                answered.read()
        except OSError as error:
            self.errors.append(str(error))
        else:
            self.taken.append((time.perf_counter() - started) * 1000)

    @property
    def p95(self) -> float:
        return sorted(self.taken)[int(len(self.taken) * 0.95)]


def mixed_replies(home: Path) -> int:
    """Stored decisions whose thresholds are not those of the version that they name."""
    known: dict[str, set[float]] = {}
    for path in (home / "models" / "intent").glob("2*"):
        known[path.name] = {round(part.min_in_scope, 4) for part in load_artifact(path).thresholds}
    with closing(sqlite3.connect(home / "chatbot.db")) as connection:
        stored = connection.execute("SELECT decision FROM message WHERE decision NOT NULL")
        decisions = [json.loads(row[0]) for row in stored]
    return sum(
        decided["prediction"]["min_in_scope"] not in known[decided["versions"]["intent"]]
        for decided in decisions
        if decided.get("prediction") and decided.get("versions", {}).get("intent")
    )


@pytest.mark.timeout(1_200)
def test_chats_during_training_and_during_promotions(shop: Path) -> None:
    texts = [row["text"] for row in rows("utterances_en.csv")][::3]
    with real_server(shop) as server:
        idle = Load(server, texts)
        Load(server, texts).run(seconds=5)
        idle.run()

        ended = threading.Event()
        training = Load(server, texts)
        assert run("train", "intent", "--mode", "fast", "--from-conversations", "--detach", home=shop).code == 0

        def watch() -> None:
            while run("train", "jobs", "--limit", "1", "--json", home=shop).json[0]["status"] == "running":
                time.sleep(1)
            ended.set()

        watcher = threading.Thread(target=watch)
        watcher.start()
        training.run(until=ended, seconds=5)
        watcher.join()
        job = run("train", "jobs", "--limit", "1", "--json", home=shop).json[0]
        assert job["status"] == "done", job

        stores = open_stores(Settings(home=shop))
        versions = [record.version for record in stores.registry.list("intent")][:2]
        switching, over = Load(server, texts), threading.Event()
        worker = threading.Thread(target=switching.run, kwargs={"until": over, "seconds": SECONDS})
        worker.start()
        for turn in range(SWITCHES):
            stores.registry.promote("intent", versions[turn % 2])
            time.sleep(1.5)
            if turn % 3 == 2:
                stores.registry.rollback("intent")
                time.sleep(1.5)
        over.set()
        worker.join()
        changed = time.monotonic()
        target = versions[0] if stores.registry.live("intent") != versions[0] else versions[1]
        stores.registry.promote("intent", target)
        while latest_version(server, shop) != target:
            assert time.monotonic() - changed < 5
        picked_up = time.monotonic() - changed
        stores.close()
    for name, load in (("idle", idle), ("training", training), ("promotions", switching)):
        print(f"\n{name}: {len(load.taken)} chats, p95 {load.p95:.0f} ms, {len(load.errors)} errors", end="")
    print(f"\ntraining {training.p95 / idle.p95:.2f}, promotions {switching.p95 / idle.p95:.2f} times idle", end="")
    print(f"; a promotion answers after {picked_up:.1f} s; mixed replies: {mixed_replies(shop)}")
    assert idle.errors + training.errors + switching.errors == []
    assert mixed_replies(shop) == 0
    assert training.p95 <= 2 * idle.p95
    assert switching.p95 <= 2 * idle.p95


def latest_version(server: Running, home: Path) -> str:
    Load(server, ["hello"]).chat("where is my parcel")
    with closing(sqlite3.connect(home / "chatbot.db")) as connection:
        (text,) = connection.execute(
            "SELECT decision FROM message WHERE decision NOT NULL ORDER BY id DESC LIMIT 1"
        ).fetchone()
    return str(json.loads(text)["versions"]["intent"])
