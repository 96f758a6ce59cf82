"""The guards around the pages, without a browser: languages, visitors, login, headers."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from support.fakes.storage import FakeStateStore
from ui.chat.visitors import VisitorCookie, visitor_in
from ui.web.language import LanguageAddresses, preferred
from ui.web.login import ConsoleGuard, login_routes
from ui.web.security_headers import PageGuards
from ui.web.sessions import GuessBrake, Sessions, set_console_password

PASSWORD = "open sesame"


@pytest.fixture
def client() -> TestClient:
    state = FakeStateStore()
    set_console_password(state, PASSWORD)
    sessions = Sessions(state)
    app = FastAPI()
    app.include_router(login_routes(state, sessions, GuessBrake(), "en"))

    @app.get("/{page}/{lang}/{rest:path}")
    def echo(request: Request, page: str, lang: str, rest: str) -> dict[str, str]:
        return {"page": page, "lang": lang, "rest": rest, "path": request.url.path}

    app.add_middleware(
        LanguageAddresses, pages=("/chat", "/console"), besides=("/console/login", "/console/logout"), default="en"
    )
    app.add_middleware(VisitorCookie, page="/chat")
    app.add_middleware(ConsoleGuard, sessions=sessions)
    app.add_middleware(PageGuards, no_uploads="/chat")
    return TestClient(app, follow_redirects=False)


def log_in(client: TestClient, password: str = PASSWORD):
    token = re.search(r'name="token" value="([^"]+)"', client.get("/console/login").text)
    assert token is not None
    return client.post("/console/login", data={"password": password, "token": token[1]})


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-HK", "zh"),
        ("en-GB,zh;q=0.5", "en"),
        ("fr-FR, zh-SG;q=0.4, en;q=0.3", "zh"),
        ("en;q=0.1, zh;q=0.2", "zh"),
        ("zh;q=0, fr", "en"),
        ("de;q=broken", "en"),
        ("", "en"),
    ],
)
def test_the_browsers_best_known_language_wins(client: TestClient, accepted: str, lang: str) -> None:
    assert preferred(accepted, "en") == lang
    assert client.get("/chat/", headers={"accept-language": accepted}).json()["lang"] == lang


def test_a_language_opened_by_its_address_is_remembered(client: TestClient) -> None:
    assert client.get("/chat/zh/assets/x.js").headers.get("set-cookie") is None
    client.get("/chat/zh/")
    found = client.get("/chat/theme.css", headers={"accept-language": "en"}).json()
    assert (found["lang"], found["rest"]) == ("zh", "theme.css")


def test_a_visitor_gets_one_id_that_scripts_cannot_read(client: TestClient) -> None:
    given = client.get("/chat/").headers.get_list("set-cookie")
    cookie = next(line for line in given if line.startswith("visitor="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    visitor = visitor_in(client.cookies)
    assert visitor is not None
    client.get("/chat/en/")
    assert visitor_in(client.cookies) == visitor
    assert client.get("/chat/config").headers.get("set-cookie") is None


@pytest.mark.parametrize("forged", ["", "short", "x" * 33, "../../etc/passwd-0123456789abcdef"])
def test_an_id_we_never_gave_is_no_id(forged: str) -> None:
    assert visitor_in({"visitor": forged}) is None


def test_the_console_wants_a_login(client: TestClient) -> None:
    page = client.get("/console/", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/console/login")
    assert client.get("/console/config").status_code == 401
    assert client.post("/console/en/gradio_api/run/predict").status_code == 401


def test_the_right_password_opens_and_logout_closes(client: TestClient) -> None:
    assert log_in(client).headers["location"] == "/console/"
    assert client.get("/console/config").status_code == 200
    assert client.get("/console/login").status_code == 303
    session = client.cookies["console"]
    assert client.post("/console/logout").headers["location"] == "/console/login"
    client.cookies.set("console", session)
    assert client.get("/console/config").status_code == 401


def test_wrong_passwords_are_refused_and_then_slowed_down(client: TestClient) -> None:
    assert [log_in(client, "wrong").status_code for _ in range(5)] == [401, 401, 401, 401, 429]
    assert log_in(client).status_code == 429


def test_a_form_from_elsewhere_is_refused(client: TestClient) -> None:
    assert client.post("/console/login", data={"password": PASSWORD}).status_code == 400
    client.get("/console/login")
    assert client.post("/console/login", data={"password": PASSWORD, "token": "x.y"}).status_code == 400


def test_the_login_page_speaks_chinese(client: TestClient) -> None:
    assert "请输入团队密码" in client.get("/console/login", headers={"accept-language": "zh-TW"}).text


def test_every_answer_forbids_foreign_content(client: TestClient) -> None:
    for path in ("/chat/", "/console/login", "/console/config"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/chat/gradio_api/upload", "/chat/zh/gradio_api/upload", "/chat/en/upload"])
def test_the_public_page_takes_no_files(client: TestClient, path: str) -> None:
    assert client.post(path, files={"files": b"x"}).status_code == 403
