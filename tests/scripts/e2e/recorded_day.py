"""A day is recorded with a daemon, and replays to the same ledger, evidence and traces; nobody else is in the recording."""

import glob
import os
import re
import stat
import subprocess
import sys

from daemon import Daemon, Feed, event, now_ms, wait_for

ASKED = [f"91987650{i:04}" for i in range(6)]
DENIES, SILENT, OFFERED, STRANGER = "919876510001", "919876510002", "919876510003", "919876519999"


def sms(msisdn, text):
    return f'{{"type":"sms","ts":{now_ms()},"from":"{msisdn}","to":"56767","text":"{text}"}}\n'.encode()


def control(op, rest):
    return f'{{"type":"control","ts":{now_ms()},"tenant":"globex","op":"{op}",{rest}}}\n'.encode()


def code_to(daemon, msisdn):
    text = wait_for("the text", lambda: daemon.texts_to(msisdn))[-1]
    return re.search(r"\b\d{4}\b", text).group()


def live_a_day(daemon):
    feed = Feed(daemon)
    for msisdn in ASKED:
        daemon.consent(msisdn)
    daemon.expect(202, "POST", f"/v1/consents/{DENIES}", {"callback": {"url": "https://example.com/hook", "meta": {"a": 1}}})
    daemon.reply(DENIES, "NO " + code_to(daemon, DENIES))
    daemon.expect(202, "POST", f"/v1/consents/{SILENT}", {})
    daemon.reply(STRANGER, "YES 1234")
    daemon.expect(403, "POST", "/v1/sim-tracks", {"msisdn": SILENT})
    tracks = [daemon.track(msisdn) for msisdn in ASKED[:4]]
    van = daemon.expect(201, "POST", "/v1/sim-tracks", {"msisdn": ASKED[4], "trackName": "van 1", "expiry": "2h"})
    feed.send([event(STRANGER, now_ms()), event(ASKED[4], now_ms())])  # neither counts
    feed.settle()
    daemon.expect(202, "POST", "/v1/sim-tracks/van%201", {"operation": "start"})
    base = now_ms() + 500  # a clock that is ahead a little is no fault; some events come late, some twice
    for step in range(200):
        feed.send([event(msisdn, base + step * 7 - step % 4 * 30, 1001 + step % 3) for msisdn in ASKED + [STRANGER]])
    feed.settle()
    # Calls and texts of a trusted feed: the events behind a line count by what it changed, though nobody waited.
    feed.send([control("requestConsent", f'"path":"{OFFERED}"')])
    code = code_to(daemon, OFFERED)
    feed.send([sms(OFFERED, "YES " + code),
               control("createSimTrack", f'"body":{{"msisdn":"{OFFERED}","trackName":"offered","defaultStart":true}}')])
    late = now_ms() + 1500  # observed when the track has started for sure
    feed.send([event(OFFERED, late + i) for i in range(50)] + [control("frobnicate", '"path":"x"')])
    feed.settle()
    daemon.reply(ASKED[0], "STOP")
    daemon.expect(202, "POST", f"/v1/sim-tracks/{tracks[1]}", {"operation": "stop"})
    daemon.expect(204, "DELETE", f"/v1/sim-tracks/{tracks[2]}")
    daemon.expect(200, "DELETE", f"/v1/consents/{ASKED[3]}")
    feed.send([event(msisdn, now_ms()) for msisdn in ASKED])  # of these, the van's alone counts
    feed.settle()
    assert daemon.metric('simtrail_feed_lines_total{outcome="unknownOperation"}') == 1
    assert daemon.metric('simtrail_feed_lines_total{outcome="control"}') == 2
    assert daemon.metric('simtrail_feed_lines_total{outcome="sms"}') == 1
    assert van


def everything(daemon, database):
    def told(*command):
        return subprocess.run(command, capture_output=True, check=True, cwd=daemon.folder, text=True).stdout
    return {"evidence": told(daemon.executable, "consents", "export", "--db", database),
            "traces": told(daemon.executable, "export", "--all", "--format", "csv", "--db", database),
            "consents": told("sqlite3", database, "select consent, msisdn, tenant, state, requested, received, expires, "
                             "text_put, gateway, ended, code, wrong_codes, tenant_name, callback_url, callback_meta "
                             "from consent join subscriber using (subscriber) order by consent"),
            "tracks": told("sqlite3", database, "select track, msisdn, track_id, name, tenant, external_ref, state, "
                           "reason, has_position, silent, created, started, stopped, expiry, earlier, windows "
                           "from track join subscriber using (subscriber) order by track")}


def compare(lived, replayed):
    for what, text in lived.items():
        for number, (one, other) in enumerate(zip(text.splitlines(), replayed[what].splitlines()), 1):
            assert one == other, f"{what}, line {number}:\n{one}\n{other}"
        assert text == replayed[what], f"{what}: {len(text)} and {len(replayed[what])} bytes"


def recording(daemon):
    text = ""
    for path in sorted(glob.glob(daemon.path("recorded/*.ndjson"))):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        with open(path, encoding="utf-8") as file:
            text += file.read()
    return text


def main():
    daemon = Daemon(sys.argv[1], record={"path": "recorded"}, feed_tcp={"trust": ["cell", "sms", "control"]})
    with daemon:
        live_a_day(daemon)
        assert daemon.terminate() == 0, daemon.log()
        lived = everything(daemon, "simtrail.db")
        assert lived["traces"].count("\n") > 500, lived["traces"].count("\n")
        text = recording(daemon)
        assert STRANGER not in text
        feeds = sorted(glob.glob(daemon.path("recorded/*.ndjson")))
        for shards in ("1", "3"):
            database = f"replayed{shards}.db"
            subprocess.run([daemon.executable, "replay", "--config", "simtrail.toml", "--cells", "sites.csv", "--db", database,
                            "--shards", shards, "--feed", *feeds], check=True, cwd=daemon.folder, stdout=subprocess.DEVNULL)
            compare(lived, everything(daemon, database))
        # An erasure takes the subscriber out of the recording too, beside a daemon and without one.
        daemon.start()
        erased = []
        for msisdn in (ASKED[4], OFFERED):
            assert msisdn in text
            subprocess.run([daemon.executable, "subscriber", "erase", msisdn, "--config", "simtrail.toml"], check=True,
                           cwd=daemon.folder, stdout=subprocess.DEVNULL)
            erased.append(msisdn)
            wait_for("the recording without them", lambda: not any(gone in recording(daemon) for gone in erased))
            if daemon.process.poll() is None:
                assert daemon.terminate() == 0
        left = recording(daemon)
        assert "van 1" not in left and "offered" not in left and ASKED[5] in left
        print(f"a day of {text.count(chr(10))} recorded lines replays to the same ledger, evidence and traces")


main()
