"""SIGTERM in the middle of a feed: exit code 0 within 10 s, and what was acknowledged is there afterwards."""

import sys
import threading
import time

from daemon import Daemon, Feed, event, now_ms, wait_for

MSISDN = "919876543210"


def main():
    daemon = Daemon(sys.argv[1])
    with daemon:
        daemon.consent(MSISDN)
        track = daemon.track(MSISDN)
        feed = Feed(daemon)
        base = now_ms()
        ended = threading.Event()

        def pour():
            try:
                while not ended.is_set():
                    feed.send([event(MSISDN, base + feed.sent + i) for i in range(100)])
                    ended.wait(0.02)  # so that times stay behind the clock
            except OSError:
                pass

        thread = threading.Thread(target=pour)
        thread.start()
        wait_for("acknowledgements", lambda: feed.acknowledged > 1000)
        begun = time.monotonic()
        code = daemon.terminate(patience=10)
        took = time.monotonic() - begun
        assert code == 0, f"exit code {code}"
        ended.set()
        thread.join()
        feed.reader.join(10)
        daemon.start()
        points = daemon.trace(track)
        assert len(points) >= feed.acknowledged, f"{len(points)} points, {feed.acknowledged} were acknowledged"
        assert daemon.status(track)["status"] == "started"
        assert daemon.terminate() == 0
        print(f"ended in {took:.1f} s with {feed.acknowledged} lines acknowledged and {len(points)} points kept")


main()
