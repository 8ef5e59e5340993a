#!/usr/bin/env python3
"""Holds docs/openapi.yaml and a running server together: each operation, each documented status, each example by its schema.

    openapi_check.py DOCUMENT --api URL --operator URL --towers FILE --key KEY... --scopeless KEY --spent KEY

The keys (several, for each has its rate) have all scopes; --scopeless has admin alone; --spent is a key whose rate this script
may use up. The server knows the cells of FILE and has the console gateway. Exits 1 where server and document differ, and says
where.
"""
import argparse, copy, http.client, itertools, json, re, socket, sys, time, urllib.parse
import jsonschema, yaml

PHONE, STRANGER = "919876543210", "919876543211"
# Only a full queue or a broken disk brings it about; tests/adapters/api/service_test.cpp does.
NOT_FROM_OUTSIDE = {"503"}
CELL = {"radio": "lte", "mcc": 460, "mnc": 0}


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = yaml.safe_load(file)
        self.operations = {}
        for path, item in self.root["paths"].items():
            shared = [self.resolve(p) for p in item.get("parameters", [])]
            for method, operation in item.items():
                if method == "parameters": continue
                name = operation["operationId"]
                assert name not in self.operations, f"{name} stands twice"
                responses = {status: self.resolve(r) for status, r in operation["responses"].items()}
                parameters = shared + [self.resolve(p) for p in operation.get("parameters", [])]
                named = {p["name"] for p in parameters if p["in"] == "path"}
                assert named == set(re.findall(r"{(\w+)}", path)), f"{name}: path parameters"
                self.operations[name] = {"method": method.upper(), "path": path, "responses": responses,
                                         "body": operation.get("requestBody")}

    def resolve(self, node):
        while "$ref" in node:
            target = self.root
            for part in node["$ref"].removeprefix("#/").split("/"): target = target[part]
            node = target
        return node

    def validate(self, schema, value, where):
        whole = copy.deepcopy(schema)
        whole["components"] = self.root["components"]
        errors = sorted(jsonschema.Draft202012Validator(whole).iter_errors(value), key=str)
        assert not errors, f"{where}: {errors[0].message} at {list(errors[0].absolute_path)} in {json.dumps(value)[:400]}"

    def check_examples(self):
        """Every schema is one, every reference leads somewhere, every example is valid; the number of examples."""
        def walk(node):
            if isinstance(node, dict):
                if "$ref" in node: self.resolve(node)
                for value in node.values(): walk(value)
            elif isinstance(node, list):
                for value in node: walk(value)
        walk(self.root)
        for name, schema in self.root["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
        count = 0
        for name, operation in self.operations.items():
            media = list((operation["body"] or {}).get("content", {}).values())
            for response in operation["responses"].values(): media += response.get("content", {}).values()
            for content in media:
                for label, example in content.get("examples", {}).items():
                    self.validate(content["schema"], example["value"], f"example {label} of {name}")
                    count += 1
        return count


class Server:
    def __init__(self, document, arguments):
        self.document, self.arguments = document, arguments
        self.api, self.operator = (urllib.parse.urlsplit(u).netloc for u in (arguments.api, arguments.operator))
        self.seen = set()
        self.keys = itertools.cycle(arguments.key)

    def send(self, method, path, body=None, key=None, headers=None, host=None):
        headers = dict(headers or {})
        if key: headers["Authorization"] = f"Bearer {key}"
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(host or self.api, timeout=30)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = b"" if answer.headers.get_content_type() == "text/event-stream" else answer.read()
        connection.close()
        return answer, text

    def expect(self, name, status, path, body=None, key="all", headers=None):
        """One request of the named operation; its answer has the status, is documented, and valid."""
        operation = self.document.operations[name]
        template = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(operation["path"]))
        assert re.fullmatch(template, path.split("?")[0]), f"{name} is not at {path}"
        key = next(self.keys) if key == "all" else key
        answer, text = self.send(operation["method"], path, body, key, headers)
        where = f"{name} {operation['method']} {path}: {answer.status}"
        assert answer.status == status, f"{where}, expected {status}: {text[:300]!r}"
        assert str(status) in operation["responses"], f"{where} is not documented"
        return self.check(operation["responses"][str(status)], answer, text, where, (name, str(status)))

    def check(self, response, answer, text, where, seen):
        for header, rule in response.get("headers", {}).items():
            value = answer.headers.get(header)
            assert value is not None or not rule.get("required"), f"{where}: no {header}"
            if value is not None: self.document.validate(rule["schema"], value, f"{where}: {header}")
        assert answer.headers.get("X-Request-Id"), f"{where}: no X-Request-Id"
        self.seen.add(seen)
        if "content" not in response:
            assert not text, f"{where}: a body"
            return None
        media = answer.headers.get_content_type()
        assert media in response["content"], f"{where}: {media} is not documented"
        value = json.loads(text) if media.endswith("json") else text.decode()
        self.document.validate(response["content"][media]["schema"], value, where)
        return value

    def raw(self, head):
        """The status and JSON body of an answer to bytes that no client would send."""
        host, port = self.api.split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(head)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return answer.status, answer.read()


def sample(path, track):
    return path.replace("{msisdn}", STRANGER).replace("{trackId}", track).replace("{trackName}", "van%207").replace("{track}", track)


def consent(server):
    one = f"/v1/consents/{PHONE}"
    server.expect("retrieveConsent", 200, one)
    server.expect("revokeConsent", 404, one)
    server.expect("requestConsent", 202, one)
    server.expect("requestConsent", 429, one)
    answer, _ = server.send("POST", "/sms/inbox", {"from": PHONE, "to": "56767", "text": "YES"}, host=server.operator)
    assert answer.status == 200, f"/sms/inbox: {answer.status}"
    for _ in range(100):
        if server.expect("retrieveConsent", 200, one)["data"]["consentStatus"] == "allowed": break
        time.sleep(0.05)
    else: raise AssertionError("YES did not allow")
    server.expect("requestConsent", 200, one, {})


def tracks(server):
    created = server.expect("createSimTrack", 201, "/v1/sim-tracks", {"msisdn": PHONE, "trackName": "van 7"})["data"]
    track = created["trackId"]
    server.expect("createSimTrack", 409, "/v1/sim-tracks", {"msisdn": PHONE, "trackName": "van 7"})
    server.expect("createSimTrack", 403, "/v1/sim-tracks", {"msisdn": STRANGER})
    server.expect("updateSimTrack", 409, "/v1/sim-tracks/van%207", {"operation": "stop"})
    server.expect("updateSimTrack", 202, f"/v1/sim-tracks/{track}", {"operation": "start"})
    server.expect("createSimTrack", 202, "/v1/sim-tracks", {"msisdn": PHONE, "trackName": "other", "defaultStart": True, "expiry": "1h"})
    page = server.expect("listSimTracks", 200, "/v1/sim-tracks?limit=1")["data"]
    rest = server.expect("listSimTracks", 200, f"/v1/sim-tracks?limit=1&cursor={page['nextCursor']}")["data"]
    assert [t["trackName"] for t in page["tracks"] + rest["tracks"]] == ["van 7", "other"], "the pages of the list"
    server.expect("getSimTrackStatusById", 200, f"/v1/sim-track-status/id/{urllib.parse.quote(track, safe='')}")
    server.expect("getSimTrackStatusByName", 200, "/v1/sim-track-status/name/van%207")
    server.expect("getSimTrackStatusByMsisdn", 200, f"/v1/sim-track-status/msisdn/{PHONE}")
    return track


def traces(server, track, cells):
    trace = f"/v1/sim-tracks/{track}/trace"
    assert server.expect("getTraceData", 200, trace)["features"] == []
    now = int(time.time() * 1000)
    lines = "".join(json.dumps({"ts": now + i, "msisdn": PHONE, **CELL, "cell": cell}) + "\n"
                    for i, cell in enumerate(cells))
    totals = server.expect("feedEvents", 200, "/v1/feed/events", lines, headers={"Content-Type": "application/x-ndjson"})
    assert totals["data"] == {"accepted": len(cells), "dropped": 0, "rejected": 0}, totals
    for query, features in (("", len(cells)), ("?shape=line", 1), (f"?from={now}&to={now}", 1)):
        got = server.expect("getTraceData", 200, trace + query)
        assert len(got["features"]) == features, f"{query}: {got}"
    page = server.expect("getTraceData", 200, trace + "?limit=1")
    server.expect("getTraceData", 200, f"{trace}?limit=1&cursor={page['nextCursor']}")
    records = server.expect("getTraceData", 200, trace, headers={"Accept": "application/geo+json-seq"})
    assert records.count("\x1e") == len(cells), records
    server.expect("getTraceData", 200, trace + "?detail=smoothed")
    server.expect("streamTrace", 200, trace + "/stream", headers={"Last-Event-ID": "0"})
    status = server.expect("getSimTrackStatusById", 200, f"/v1/sim-track-status/id/{track}")["data"]
    assert status["status"] == "started" and status["rsOutput"]["distance"] > 0, status


def refusals(server, track):
    bad = {"requestConsent": "/v1/consents/x", "retrieveConsent": "/v1/consents/x", "revokeConsent": "/v1/consents/x",
           "listSimTracks": "/v1/sim-tracks?limit=0", "getTraceData": f"/v1/sim-tracks/{track}/trace?limit=0",
           "getSimTrackStatusByMsisdn": "/v1/sim-track-status/msisdn/x"}
    for name, path in bad.items(): server.expect(name, 400, path)
    server.expect("createSimTrack", 400, "/v1/sim-tracks", {"msisdn": 7})
    server.expect("updateSimTrack", 400, f"/v1/sim-tracks/{track}", {"operation": "pause"})
    server.expect("streamTrace", 400, f"/v1/sim-tracks/{track}/trace/stream", headers={"Last-Event-ID": "x"})
    server.expect("deleteSimTrack", 400, "/v1/sim-tracks/%zz")
    server.expect("getSimTrackStatusById", 400, "/v1/sim-track-status/id/%zz")
    server.expect("getSimTrackStatusByName", 400, "/v1/sim-track-status/name/%zz")
    for name, operation in server.document.operations.items():
        path = sample(operation["path"], "no-such-track")
        body = {"operation": "start"} if name == "updateSimTrack" else None
        if "404" in operation["responses"] and name != "revokeConsent":
            server.expect(name, 404, path.replace("van%207", "nobody"), body)
        server.expect(name, 401, path, body, key=None)
        server.expect(name, 401, path, body, key="sk_nobody_nothing")
        server.expect(name, 403, path, body, key=server.arguments.scopeless)
        server.expect(name, 406, path, body, headers={"Accept": "text/html"})
        if "415" in operation["responses"]:
            server.expect(name, 415, path, "<a/>", headers={"Content-Type": "text/xml"})


def large_bodies(server):
    for name, operation in server.document.operations.items():
        if "413" not in operation["responses"]: continue
        size = (65 if name == "feedEvents" else 2) << 20
        head = (f"{operation['method']} {sample(operation['path'], 'a')} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                f"Authorization: Bearer {next(server.keys)}\r\nContent-Length: {size}\r\n\r\n")
        status, text = server.raw(head.encode())
        assert status == 413, f"{name}: {status}, expected 413"
        response = operation["responses"]["413"]
        server.document.validate(response["content"]["application/json"]["schema"], json.loads(text), f"{name} 413")
        server.seen.add((name, "413"))


def methods(server):
    for name, operation in server.document.operations.items():
        path = sample(operation["path"], "a")
        answer, _ = server.send("OPTIONS", path)
        allowed = answer.headers.get("Allow", "").split(", ")
        assert answer.status == 204 and operation["method"] in allowed, f"OPTIONS {path}: {answer.status} {allowed}"
        answer, text = server.send("PATCH", path, key=next(server.keys))
        assert answer.status == 405 and answer.headers.get("Allow") == ", ".join(allowed), f"PATCH {path}: {answer.status}"
        server.document.validate({"$ref": "#/components/schemas/Error"}, json.loads(text), f"PATCH {path}")


def spend(server):
    """Uses up a key's rate, pipelined to be faster than it fills again; then each operation answers 429."""
    key = server.arguments.spent
    for name, operation in server.document.operations.items():
        response, path = operation["responses"]["429"], sample(operation["path"], "a")
        for _ in range(50):
            host, port = server.api.split(":")
            request = f"GET /v1/consents/1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
            with socket.create_connection((host, int(port)), timeout=30) as connection:
                connection.sendall(request * 40)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536): pass
            answer, text = server.send(operation["method"], path, key=key)
            if answer.status == 429: break
        assert answer.status == 429, f"{name}: {answer.status} at any rate"
        server.check(response, answer, text, f"{name}: 429", (name, "429"))


def ends(server, track):
    server.expect("updateSimTrack", 202, f"/v1/sim-tracks/{track}", {"operation": "stop"})
    server.expect("deleteSimTrack", 204, "/v1/sim-tracks/other")
    server.expect("revokeConsent", 200, f"/v1/consents/{PHONE}")


def run(arguments):
    document = Document(arguments.document)
    assert document.root["openapi"].startswith("3.1."), "not OpenAPI 3.1"
    examples = document.check_examples()
    server = Server(document, arguments)
    consent(server)
    track = tracks(server)
    with open(arguments.towers, encoding="utf-8") as file:
        rows = [line.strip().split(",") for line in file]
    column = {name: rows[0].index(name) for name in rows[0]}
    CELL.update(radio=rows[1][column["radio"]].lower(), mcc=int(rows[1][column["mcc"]]), mnc=int(rows[1][column["mnc"]]),
                area=int(rows[1][column["area"]]))
    same = [r for r in rows[1:] if r[column["area"]] == rows[1][column["area"]] and r[column["radio"]] == rows[1][column["radio"]]]
    traces(server, track, [int(r[column["cell"]]) for r in same[:3]])
    for part in (lambda: refusals(server, track), lambda: large_bodies(server), lambda: methods(server),
                 lambda: spend(server), lambda: ends(server, track)): part()
    documented = {(name, status) for name, o in document.operations.items() for status in o["responses"]}
    missing = {(n, s) for n, s in documented - server.seen if s not in NOT_FROM_OUTSIDE}
    assert not missing, f"documented, and never answered: {sorted(missing)}"
    print(f"{len(document.operations)} operations, {len(server.seen)} of {len(documented)} documented answers seen, "
          f"{examples} examples valid")


parser = argparse.ArgumentParser()
parser.add_argument("document")
for name in ("api", "operator", "scopeless", "spent", "towers"): parser.add_argument("--" + name, required=True)
parser.add_argument("--key", required=True, nargs="+")
try: run(parser.parse_args())
except AssertionError as error:
    print(f"openapi_check: {error}", file=sys.stderr)
    sys.exit(1)
