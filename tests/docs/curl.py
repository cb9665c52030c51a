"""As much of curl as the pages use: -s, -X METHOD, -H "NAME: VALUE", -d BODY, on loopback."""

from __future__ import annotations

import argparse
import sys
from urllib.request import Request, urlopen


def main() -> None:
    """Sends one request and writes the answer's body to stdout."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-X", dest="method")
    parser.add_argument("-d", dest="body")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("url")
    asked = parser.parse_args()
    method = asked.method or ("POST" if asked.body else "GET")
    body = asked.body.encode() if asked.body else None
    headers = dict(header.split(": ", maxsplit=1) for header in asked.headers)
    request = Request(asked.url, data=body, headers=headers, method=method)
    with urlopen(request, timeout=10) as answer:
        sys.stdout.buffer.write(answer.read())


main()
