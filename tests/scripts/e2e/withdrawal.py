"""Consent is withdrawn while events pour in: no point is observed or arrives after the confirmation."""

import sys
import threading

from daemon import Daemon, Feed, event, now_ms

SUBSCRIBERS = [f"91987651{i:04}" for i in range(20)]


class Pourer(threading.Thread):
    """Events of everyone, many a second, and never ahead of the clock: some observed now, some a moment ago."""

    def __init__(self, daemon):
        super().__init__()
        self.feed = Feed(daemon)
        self.ended = threading.Event()
        self.last = 0

    def run(self):
        while not self.ended.wait(0.003):
            self.last = max(self.last + 1, now_ms())
            lines = [event(msisdn, self.last - back) for back in (700, 0) for msisdn in SUBSCRIBERS]
            self.feed.send(lines)


def withdraw(daemon, index, msisdn):
    """By text, by the API, in turns; when it was confirmed."""
    if index % 2 == 0:
        daemon.reply(msisdn, "STOP")
    else:
        daemon.expect(200, "DELETE", f"/v1/consents/{msisdn}")
    return now_ms()


def main():
    daemon = Daemon(sys.argv[1])
    with daemon:
        for msisdn in SUBSCRIBERS:
            daemon.consent(msisdn)
        tracks = [daemon.track(msisdn) for msisdn in SUBSCRIBERS]
        pourer = Pourer(daemon)
        pourer.start()
        confirmed, kept = [], []
        for index, (msisdn, track) in enumerate(zip(SUBSCRIBERS, tracks)):
            while daemon.status(track)["status"] != "started":
                pass
            confirmed.append(withdraw(daemon, index, msisdn))
            kept.append(daemon.trace(track))
        mark = pourer.feed.sent
        while pourer.feed.acknowledged < mark + 10 * len(SUBSCRIBERS):
            assert pourer.is_alive()
        pourer.ended.set()
        pourer.join()
        pourer.feed.settle()
        for msisdn, track, when, before in zip(SUBSCRIBERS, tracks, confirmed, kept):
            after = daemon.trace(track)
            assert after == before, f"{len(after) - len(before)} points arrived after the confirmation"
            assert after and max(point["tis"] for point in after) <= when, "a point was observed after the confirmation"
            assert daemon.consent_status(msisdn) == "revoked"
            assert daemon.status(track)["status"] == "stopped"
        print(f"{len(SUBSCRIBERS)} withdrawals among {pourer.feed.sent} lines, no point after any")


main()
