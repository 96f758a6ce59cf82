"""Looking after the FAQ from the command line, as a person would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.servers.command_line import run

GBK = "\r\n".join(
    [
        "常见问题,标准回复,标签",
        "如何申请退款？,七天内可以申请退款。,售后",
        "什么时候发货？,,物流",
        "如何修改地址？,在订单页面修改。,",
        "",
    ]
)
MAP = ("--map", "question=常见问题", "--map", "answer=标准回复")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHATBOT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(*words: str) -> object:
    done = run(*words, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_file_with_its_own_names_is_mapped_mended_and_undone(home: Path) -> None:
    (home / "faq.csv").write_bytes(GBK.encode("gbk"))
    refused = run("faq", "import", "faq.csv")
    assert refused.code == 1
    assert "found 常见问题, 标准回复, 标签" in refused.err and "--map" in refused.err
    done = asked("faq", "import", "faq.csv", *MAP, "--rejects", "bad.csv")
    assert {k: done[k] for k in ("encoding", "read", "inserted", "failed")} == {
        "encoding": "gb18030",
        "read": 3,
        "inserted": 2,
        "failed": 1,
    }
    assert done["problems"] == [{"row": 2, "column": "answer", "reason": "The answer is empty."}]
    assert run("faq", "rejects", done["import_id"], "-").out.encode() == (home / "bad.csv").read_bytes()
    assert "No rejected rows" in run("faq", "rejects", "99", "-").sentence
    mended = (home / "bad.csv").read_text("utf-8-sig").replace("什么时候发货？,,", "什么时候发货？,48 小时内。,")
    (home / "bad.csv").write_text(mended, "utf-8-sig")
    assert asked("faq", "import", "bad.csv")["inserted"] == 1
    assert asked("faq", "import", "faq.csv", *MAP)["skipped"] == 2
    assert [i["counts"]["inserted"] for i in asked("faq", "imports")] == [0, 1, 2]
    assert asked("faq", "undo", done["import_id"]) == {"import_id": "1", "put_back": 2, "conflicts": []}
    assert [entry["question"] for entry in asked("faq", "list")] == ["什么时候发货？"]


def test_all_or_nothing_and_a_dry_run_store_nothing(home: Path) -> None:
    (home / "faq.csv").write_bytes(GBK.encode("gbk"))
    refused = run("faq", "import", "faq.csv", *MAP, "--all-or-nothing")
    assert refused.code == 1 and "row 2, answer: The answer is empty" in refused.err
    tried = asked("faq", "import", "faq.csv", *MAP, "--dry-run")
    assert (tried["import_id"], tried["inserted"]) == (None, 2)
    assert asked("faq", "list") == [] and asked("faq", "imports") == []


def test_an_entry_is_written_changed_switched_deleted_and_restored(home: Path) -> None:
    made = asked("faq", "add", "--question", "Where are you?", "--answer", "Here.", "--tag", "shop")
    key = made["id"]
    asked("faq", "edit", key, "--answer", "In Leith.", "--add-variant", "your address")
    assert asked("faq", "disable", key) == {"changed": 1} and asked("faq", "list") == []
    assert asked("faq", "review", key, "--by", "2020-01-31") == {"changed": 1}
    assert [e["id"] for e in asked("faq", "list", "--all", "--due", "--never-used", "--search", "LEITH")] == [key]
    assert asked("faq", "tag", key, "--add", "vip", "--remove", "shop") == {"changed": 1}
    assert asked("faq", "delete", key) == {"changed": 1}
    (gone,) = asked("faq", "history")
    assert run("faq", "restore", str(gone["change"])).code == 0
    back = asked("faq", "show", key)
    assert (back["answer"], back["tags"], back["enabled"], back["review_by"]) == (
        "In Leith.",
        ["vip"],
        False,
        "2020-01-31",
    )
    actions = [change["action"] for change in asked("faq", "history", key)]
    assert actions == ["restore", "delete", "edit", "review", "disable", "edit", "create"]
    first = asked("faq", "history", key)[-2]
    assert (first["before"]["answer"], first["after"]["answer"]) == ("Here.", "In Leith.")
    assert run("faq", "history", key).code == 0


def test_a_later_edit_survives_the_undo_of_an_import(home: Path) -> None:
    (home / "faq.csv").write_text("question,answer,id\na?,1,a\nb?,2,b\n", "utf-8")
    asked("faq", "import", "faq.csv")
    asked("faq", "edit", "b", "--answer", "3")
    told = run("faq", "undo", "1")
    assert "1 entries put back" in told.out and "b: b? (edit by cli," in told.out
    assert [entry["id"] for entry in asked("faq", "list")] == ["b"]


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.jsonl"])
def test_what_is_exported_imports_back_unchanged(home: Path, name: str) -> None:
    asked("faq", "add", "--question", "=1+1?", "--answer", "-5 %\n\"two\", '=x'", "--variant", "a|b", "--tag", "@x")
    assert run("faq", "export", name).code == 0
    assert asked("faq", "import", name)["skipped"] == 1


def test_mistakes_get_one_sentence(home: Path) -> None:
    asked("faq", "add", "--question", "Where?", "--answer", "Here.", "--id", "w")
    for words, said in (
        (("faq", "import", "absent.csv"), "absent.csv cannot be read"),
        (("faq", "add", "--question", "where?", "--answer", "x"), "has the question"),
        (("faq", "add", "--question", "Who?", "--answer", " "), "The answer is empty"),
        (("faq", "add", "--question", "Who?", "--answer", "x", "--lang", "tlh"), "'tlh' is not known"),
        (("faq", "edit", "no", "--answer", "x"), "There is no entry 'no'"),
        (("faq", "review", "w", "--by", "soon"), "'soon' is not of the form 2026-12-31"),
        (("faq", "restore", "99"), "There is no change 99"),
        (("faq", "tag", "w"), "--add TAG"),
    ):
        done = run(*words)
        assert done.code == 1 and said in done.err and "Traceback" not in done.err, done.err
