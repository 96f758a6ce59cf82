"""A large import: rows a second, memory, and how the chat answers meanwhile."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.bootstrap.application import Application, build_application
from chatbot.bootstrap.stores import open_stores
from chatbot.knowledge.faq_files import ImportOptions, import_file
from chatbot.settings import load_settings
from support.shops.small_shop import prepared_home, shop

__all__ = ["prepared_home", "shop"]
ROWS = int(os.environ.get("IMPORT_ROWS", "100000"))
MOST_MEGABYTES = 300
MOST_SLOWER = 3.0
IDLE_REPLIES = 200

pytestmark = pytest.mark.bench


def large_file(folder: Path) -> Path:
    """Half English, half Chinese, with one further phrasing each, in GBK."""
    file = folder / "large.csv"
    with file.open("w", encoding="gbk", newline="") as target:
        target.write("question,answer,variants,intent,lang,tags\r\n")
        for n in range(ROWS):
            if n % 2:
                target.write(
                    f"第{n}号商品怎么退换？,请在{n % 30 + 2}天内联系客服并提供订单号。,{n}号退货,退换,zh,售后\r\n"
                )
            else:
                target.write(
                    f"How do I return item {n}?,Write to us within {n % 30} days.,return {n},returns,en,a|b\r\n"
                )
    return file


def resident() -> float:
    """Megabytes of this process in memory now."""
    line = next(found for found in Path("/proc/self/status").read_text().splitlines() if found.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def replies(running: Application, go_on: Callable[[int], bool]) -> list[float]:
    """Seconds of each reply to a customer who asks one question after another."""
    conversation = running.assistant.start("visitor", "en")
    took: list[float] = []
    while go_on(len(took)):
        started = time.perf_counter()
        running.assistant.reply(conversation, "How long does delivery take?")
        took.append(time.perf_counter() - started)
        time.sleep(0.02)  # a customer reads
    return took


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_large_import_is_fast_and_flat_and_leaves_the_chat_answering(shop: Path, tmp_path: Path) -> None:
    file = large_file(tmp_path)
    running = build_application(open_stores(load_settings()))
    replies(running, lambda count: count < 20)
    idle = p95(replies(running, lambda count: count < IDLE_REPLIES))
    gc.collect()
    before, peak = resident(), [0.0]
    seconds: list[float] = []
    use = running.stores.knowledge_use()  # without the encoding step

    def work() -> None:
        started, cpu = time.perf_counter(), time.thread_time()

        def watch(step: str, share: float) -> None:
            peak[0] = max(peak[0], resident())

        done = import_file(use, file, file.name, ImportOptions(), actor="bench", watch=watch).report
        assert done.inserted == ROWS
        seconds.extend((time.perf_counter() - started, time.thread_time() - cpu))

    importing = threading.Thread(target=work)
    importing.start()
    # The snapshot is held still: a search index of the new entries is the encoding step.
    snapshot = running.live()
    running.assistant._snapshot = lambda: snapshot
    busy = replies(running, lambda count: importing.is_alive())
    importing.join()
    print(
        f"\n{ROWS:,} rows: {ROWS / seconds[0]:,.0f} rows/s beside a chat, {ROWS / seconds[1]:,.0f} rows per CPU second"
    )
    print(f"memory: {peak[0] - before:.0f} MB over the idle process")
    print(f"chat p95: idle {idle * 1000:.0f} ms, importing {p95(busy) * 1000:.0f} ms ({len(busy)} replies),")
    print(f"ratio {p95(busy) / idle:.1f}, slowest {max(busy) * 1000:.0f} ms")
    assert peak[0] - before < MOST_MEGABYTES
    assert p95(busy) <= MOST_SLOWER * idle
    running.stores.close()
