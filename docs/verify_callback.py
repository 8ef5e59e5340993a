#!/usr/bin/env python3
"""Checks that a callback comes from simtrail: both of its signatures, and its age.

As a library (Python 3, standard library only):

    from verify_callback import verify
    verify(headers, body, secret)        # raises VerificationError

headers: any mapping of names to values; body: the bytes as they came, before any JSON parsing;
secret: the base64 text that was registered as the callback's "secret".

As a command, with the request's header lines in a file and the body on standard input; 0 is good, 1 is bad:

    verify_callback.py --secret c2VjcmV0 --headers headers.txt < body.json
"""
import argparse
import base64
import binascii
import hashlib
import hmac
import sys
import time

TOLERANCE_SECONDS = 300  # Standard Webhooks' advice: older ones may be replayed


class VerificationError(Exception):
    """The callback is not to be trusted; the text says why."""


def verify(headers, body, secret, now=None, tolerance=TOLERANCE_SECONDS):
    """Raises VerificationError unless both signatures are right and the timestamp is near now (Unix seconds)."""
    try:
        key = base64.b64decode(secret, validate=True)
    except binascii.Error as error:
        raise VerificationError("the secret is not base64") from error
    fields = {name.lower(): value.strip() for name, value in headers.items()}
    check_age(field(fields, "webhook-timestamp"), time.time() if now is None else now, tolerance)
    check_standard_webhooks(fields, body, key)
    check_hex(fields, body, key)


def check_age(timestamp, now, tolerance):
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise VerificationError("webhook-timestamp is not a number of seconds")
    if abs(now - int(timestamp)) > tolerance:
        raise VerificationError("the callback is too old, or its sender's clock or yours is wrong")


def check_standard_webhooks(fields, body, key):
    """https://www.standardwebhooks.com: HMAC-SHA256 of "id.timestamp.body", one of several signatures right."""
    text = f"{field(fields, 'webhook-id')}.{field(fields, 'webhook-timestamp')}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    given = field(fields, "webhook-signature").split(" ")
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in given):
        raise VerificationError("webhook-signature is wrong")


def check_hex(fields, body, key):
    """X-COREOS-HMAC-SIGNATURE: hex HMAC-SHA256 of the body. It does not cover time or id, hence the other."""
    expected = hmac.new(key, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), field(fields, "x-coreos-hmac-signature").lower().encode()):
        raise VerificationError("X-COREOS-HMAC-SIGNATURE is wrong")


def field(fields, name):
    if name not in fields:
        raise VerificationError(f"{name} is missing")
    return fields[name]


def read_headers(path):
    with open(path, encoding="latin-1") as lines:
        return dict(line.rstrip("\r\n").split(":", 1) for line in lines if ":" in line)


def main():
    parser = argparse.ArgumentParser(description="Verifies a simtrail callback; its body comes by standard input.")
    parser.add_argument("--secret", required=True, help="the callback's secret, base64")
    parser.add_argument("--headers", required=True, metavar="FILE", help="the request's header lines")
    parser.add_argument("--now", type=float, help="Unix seconds, instead of the clock")
    parser.add_argument("--tolerance", type=float, default=TOLERANCE_SECONDS, metavar="SECONDS")
    arguments = parser.parse_args()
    try:
        verify(read_headers(arguments.headers), sys.stdin.buffer.read(), arguments.secret, arguments.now, arguments.tolerance)
    except VerificationError as error:
        print(f"bad: {error}", file=sys.stderr)
        return 1
    print("good")
    return 0


if __name__ == "__main__":
    sys.exit(main())
