"""`$batch`: the envelope taken apart into requests, and their answers put together as JSON.

Seen in client code: the parts' headers, absolute addresses, the JSON reply. Documented: at most
100 parts are advised, Export is not among them, the envelope and every part count. Inferred: a
part without a token of its own goes by the envelope's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from engine.sandbox.channeladvisor.answers import odata_error
from engine.sandbox.wire import SandboxRequest, SandboxResponse

_BOUNDARY = re.compile(r'boundary="?([^";\s]+)"?', re.IGNORECASE)
_REFUSED = re.compile(r"/v1/(?:orders\(-?\d+\)/export|\$batch)/?", re.IGNORECASE)
_INHERITED = ("authorization", "accept")
_SHOWN = ("content-type", "odata-version")

Part = tuple[str, SandboxRequest]
"""Content-ID (or place, from 1) and the request."""


def parts_of(request: SandboxRequest, most: int | None) -> list[Part]:
    """The requests of an envelope. Raises RefusedError (400) where it is not well-formed."""
    kind = request.headers.get("content-type", "")
    boundary = _BOUNDARY.search(kind)
    if not kind.lower().startswith("multipart/mixed") or boundary is None:
        raise odata_error("A batch is multipart/mixed with a boundary.")
    pieces = (b"\r\n" + request.body).split(b"\r\n--" + boundary[1].encode())
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise odata_error("The batch has no parts, or does not end with its boundary.")
    if most is not None and len(pieces) - 2 > most:
        raise odata_error(f"A batch has at most {most} parts.")
    return [_part(piece, str(at), request) for at, piece in enumerate(pieces[1:-1], start=1)]


def refuse(part: SandboxRequest) -> None:
    """Raises RefusedError (400) for what cannot be sent in a batch."""
    if _REFUSED.fullmatch(part.path):
        raise odata_error("This request cannot be part of a batch.")


def reply(answers: Iterable[tuple[str, SandboxResponse]]) -> SandboxResponse:
    """The JSON answer to an envelope: parts fail one by one."""
    return SandboxResponse.json(200, {"responses": [_shown(*answer) for answer in answers]})


def as_odata(response: SandboxResponse) -> SandboxResponse:
    """A refusal in the shape that parts have: 401 is of OData's shape here (recorded)."""
    body = json.loads(response.body) if response.body else {}
    if "Message" not in body:
        return response
    return odata_error(body["Message"], response.status).response


def _part(piece: bytes, place: str, envelope: SandboxRequest) -> Part:
    """A part: its own headers, an empty line, and a request with headers and body."""
    outer, _, inner = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    head, _, body = inner.partition(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    words = first.decode("utf-8", "replace").split()
    about = _headers(outer)
    if len(words) != 3 or about.get("content-type", "").lower() != "application/http":
        raise odata_error(f"Part {place} is not a request of type application/http.")
    inherited = {name: envelope.headers[name] for name in _INHERITED if name in envelope.headers}
    request = SandboxRequest(
        method=words[0].upper(),
        target=words[1],
        origin=envelope.origin,
        headers=inherited | _headers(rest),
        body=body,
        in_flight=envelope.in_flight,
    )
    return about.get("content-id", place), request


def _headers(lines: bytes) -> dict[str, str]:
    pairs = [line.partition(":") for line in lines.decode("utf-8", "replace").split("\r\n")]
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def _shown(key: str, response: SandboxResponse) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return {
        "id": key,
        "status": response.status,
        "headers": {name: headers[name] for name in _SHOWN if name in headers and response.body},
        "body": json.loads(response.body) if response.body else None,
    }
