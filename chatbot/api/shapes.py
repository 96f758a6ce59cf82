"""Shared by the routes: the visitor's id, and answers to malformed requests."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

VISITOR: dict[str, Any] = {"min_length": 16, "max_length": 64, "pattern": r"^[A-Za-z0-9_-]+$"}
"""Limits of a visitor's id, which only the visitor's browser knows."""


class OneSentence(APIRoute):
    """Answers a malformed request with one sentence; the standard answer repeats what was sent."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                first = error.errors()[0]
                place = ".".join(str(step) for step in first["loc"][1:])
                raise HTTPException(422, f"{place or 'The request'}: {first['msg']}.") from None

        return answer
