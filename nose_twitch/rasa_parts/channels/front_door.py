"""What holds for every request to Rasa's server, whoever's route it is: the headers, what `/` tells, who may use REST."""

from __future__ import annotations

import ipaddress
import logging

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, redirect

logger = logging.getLogger(__name__)

# What a proxy adds to a request that it passes on.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def guard(app: Sanic, embed_on: list[str]) -> None:
    """Set it up; `embed_on` are the sites that may show the chat."""

    async def headers(request: Request, response: HTTPResponse | None) -> None:
        if response is not None:
            _set_headers(request, response, embed_on)

    app.register_middleware(_first_look, "request")
    app.register_middleware(headers, "response")


async def _first_look(request: Request) -> HTTPResponse | None:
    """Answers what Rasa would answer, but should not."""
    if request.path == "/":
        return redirect("guide/")
    if request.path == "/version":
        return empty(404)
    # Whoever can call REST can speak in any conversation. Plain `rasa run` has it on and listens to everybody.
    if request.route and request.route.path.startswith("webhooks/rest/") and not _is_from_this_machine(request):
        logger.warning("REST_REFUSED from=%s", request.ip)
        return empty(403)
    return None


def _is_from_this_machine(request: Request) -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.ip)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _set_headers(request: Request, response: HTTPResponse, embed_on: list[str]) -> None:
    is_chat = request.path.rstrip("/") == "/guide/chat"
    ancestors = " ".join(["'self'", *embed_on]) if is_chat else "'none'"
    # The chat's library writes its styles into the page.
    styles = "'self' 'unsafe-inline'" if is_chat else "'self'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data:; connect-src 'self'; "
        f"frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    is_script = request.path == "/guide/embed.js"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_script else "same-origin"
    if request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
