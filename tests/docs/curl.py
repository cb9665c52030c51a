"""As much of curl as the pages use: `curl -s [-X METHOD] [-d BODY] URL`, on loopback."""

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
    parser.add_argument("url")
    asked = parser.parse_args()
    method = asked.method or ("POST" if asked.body else "GET")
    body = asked.body.encode() if asked.body else None
    with urlopen(Request(asked.url, data=body, method=method), timeout=10) as answer:
        sys.stdout.buffer.write(answer.read())


main()
