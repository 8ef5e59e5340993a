"""The real executable on free ports, and ways to speak to it from outside. Standard library alone."""

import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

SITES = """radio,mcc,mnc,area,cell,pci,lon,lat
lte,404,45,1234,1001,1,77.5900000,12.9700000
lte,404,45,1234,1002,2,77.6000000,12.9750000
lte,404,45,1234,1003,3,77.6100000,12.9800000
"""
PATIENCE = 60  # seconds; a bound for a busy machine, never a pause


def now_ms():
    return int(time.time() * 1000)


def wait_for(what, condition, patience=PATIENCE):
    """Until the condition holds; its value."""
    until = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < until, f"waited {patience} s for {what}"
        time.sleep(0.02)


def event(msisdn, ts, cell=1001):
    return (f'{{"ts":{ts},"msisdn":"{msisdn}","radio":"lte","mcc":404,"mnc":45,"area":1234,"cell":{cell},'
            f'"signal":-97,"ta":4}}\n').encode()


class Daemon:
    """A configuration, a folder, and the process that is running with them now."""

    def __init__(self, build, **sections):
        self.executable = os.path.join(os.path.abspath(build), "bin", "simtrail")
        self.folder = tempfile.mkdtemp(prefix="simtrail-e2e-")
        self.write("sites.csv", SITES)
        self.sections = {"storage": {"path": self.path("simtrail.db")}, "cells": {"files": [self.path("sites.csv")]},
                         "api": {"listen": "127.0.0.1:0", "requests_per_second": 0},
                         "operator": {"listen": "127.0.0.1:0"}, "feed.tcp": {"listen": "127.0.0.1:0"},
                         "consent": {"min_interval": "0s"}}
        for name, keys in sections.items():
            self.sections.setdefault(name.replace("_", "."), {}).update(keys)
        self.configure()
        self.process = None
        self.starts = 0
        self.key = None
        self.tls = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(content)

    def configure(self):
        lines = []
        for name, keys in self.sections.items():
            lines.append(f"[{name}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
        self.write("simtrail.toml", "\n".join(lines) + "\n")

    # The process.

    def start(self):
        self.starts += 1
        self.log_path = self.path(f"log{self.starts}")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([self.executable, "serve", "--config", self.path("simtrail.toml")],
                                            stdout=log, stderr=log, cwd=self.folder)
        self.operator_address = self.address("operator")
        wait_for("/readyz", lambda: self.ask_operator("GET", "/readyz")[0] == 200)
        self.api_address = self.address("api")
        self.feed_address = self.address("feed")
        self.connection = None
        if self.key is None:
            self.key = self.add_key("acme", "consent,track,trace,feed")
        return self

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def address(self, name):
        """Of a port that the log tells."""
        def told():
            assert self.process.poll() is None, "the daemon has ended:\n" + self.log()
            return re.search(rf"\b{name}\b.* listens on=(\S+):(\d+)", self.log())
        found = wait_for(f"the {name}'s address", told)
        return found.group(1), int(found.group(2))

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def terminate(self, patience=10):
        """SIGTERM; the exit code."""
        self.signal(signal.SIGTERM)
        return self.process.wait(timeout=patience)

    def __enter__(self):
        try:
            return self.start()
        except BaseException as failure:
            self.__exit__(type(failure))
            raise

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.kill()
        if kind is not None:
            print("".join("log: " + line for line in self.log().splitlines(True)[-30:]))
        else:
            subprocess.run(["rm", "-rf", self.folder], check=True)

    # Its HTTP.

    def add_key(self, tenant, scopes):
        done = subprocess.run([self.executable, "keys", "add", "--config", self.path("simtrail.toml"), "--tenant", tenant,
                               "--name", tenant.title(), "--scopes", scopes], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def new_connection(self):
        if self.tls:
            return http.client.HTTPSConnection(*self.api_address, context=self.tls, timeout=PATIENCE)
        return http.client.HTTPConnection(*self.api_address, timeout=PATIENCE)

    def call(self, method, path, body=None, connection=None):
        """The API; status and JSON."""
        if connection is None:
            self.connection = connection = self.connection or self.new_connection()
        headers = {"Authorization": "Bearer " + self.key, "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def expect(self, status, method, path, body=None):
        found, answer = self.call(method, path, body)
        assert found == status, f"{method} {path}: {found} {answer}, not {status}"
        return answer

    def ask_operator(self, method, path, body=None):
        connection = http.client.HTTPConnection(*self.operator_address, timeout=PATIENCE)
        connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def metric(self, series):
        for line in self.ask_operator("GET", "/metrics")[1].splitlines():
            if line.startswith(series + " "):
                return float(line.split()[-1])
        raise AssertionError(f"no {series} in /metrics")

    # The application's steps.

    def texts_to(self, msisdn):
        messages = json.loads(self.ask_operator("GET", "/sms/outbox")[1])["messages"]
        return [message["text"] for message in messages if message["to"] == msisdn]

    def reply(self, msisdn, text):
        status, answer = self.ask_operator("POST", "/sms/inbox", {"from": msisdn, "to": "56767", "text": text})
        assert status == 200, (status, answer)

    def consent(self, msisdn):
        self.expect(202, "POST", f"/v1/consents/{msisdn}", {})
        text = wait_for("the text", lambda: self.texts_to(msisdn))[-1]
        self.reply(msisdn, "YES " + re.search(r"\b\d{4}\b", text).group())
        assert self.consent_status(msisdn) == "allowed"

    def consent_status(self, msisdn):
        return self.expect(200, "GET", f"/v1/consents/{msisdn}")["data"]["consentStatus"]

    def track(self, msisdn):
        """A running track; its id."""
        return self.expect(202, "POST", "/v1/sim-tracks", {"msisdn": msisdn, "defaultStart": True})["data"]["trackId"]

    def status(self, track):
        return self.expect(200, "GET", f"/v1/sim-track-status/id/{track}")["data"]

    def trace(self, track):
        """Properties of all points."""
        points, cursor = [], ""
        while True:
            page = self.expect(200, "GET", f"/v1/sim-tracks/{track}/trace?limit=10000{cursor}")
            points += [feature["properties"] for feature in page["features"]]
            if "nextCursor" not in page:
                return points
            cursor = "&cursor=" + page["nextCursor"]


class Feed:
    """A TCP client that says hello, knows what is acknowledged, and sends from a thread of its own where asked to."""

    def __init__(self, daemon, source="probe-7"):
        self.socket = socket.create_connection(daemon.feed_address, timeout=PATIENCE)
        self.incoming = self.socket.makefile("rb")
        self.socket.sendall(json.dumps({"hello": {"source": source}}).encode() + b"\n")
        self.resume = json.loads(self.incoming.readline())["resume"]
        self.acknowledged = self.resume
        self.sent = self.resume
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        try:
            for line in self.incoming:
                self.acknowledged = max(self.acknowledged, json.loads(line)["ack"])
        except (OSError, ValueError):
            pass  # the daemon was killed

    def send(self, lines):
        self.socket.sendall(b"".join(lines))
        self.sent += len(lines)

    def settle(self):
        """Until everything that was sent is acknowledged."""
        wait_for("acknowledgements", lambda: self.acknowledged >= self.sent)
        assert self.acknowledged == self.sent

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def untrusting_tls():
    """TLS that looks at no certificate: the tests look themselves."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
