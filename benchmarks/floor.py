"""Sanic answering as Rasa's REST channel does, with nothing behind it."""

from __future__ import annotations

import sys

from sanic import Sanic, json
from sanic.request import Request
from sanic.response import HTTPResponse

app = Sanic("floor")


@app.post("/webhooks/rest/webhook")
async def echo(request: Request) -> HTTPResponse:
    """What was said, as an answer."""
    return json([{"recipient_id": request.json["sender"], "text": request.json["message"]}])


if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]), access_log=False, motd=False)
