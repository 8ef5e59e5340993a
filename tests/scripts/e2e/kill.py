"""kill -9 in the middle of a feed, again and again: what was acknowledged or answered is there, once."""

import random
import sys
import threading

from daemon import Daemon, Feed, event, now_ms, wait_for

SUBSCRIBERS = [f"91987650{i:04}" for i in range(20)]
KILLS = 4


def line(number, base):
    """Line `number` of the feed, from 1: a subscriber's events have times that ascend."""
    index = number - 1
    return event(SUBSCRIBERS[index % len(SUBSCRIBERS)], base + index // len(SUBSCRIBERS), 1001 + index // 500 % 3)


def pour(feed, base, stop):
    """Sends lines until the connection breaks or it is told to stop."""
    try:
        while not stop.is_set():
            feed.send([line(number, base) for number in range(feed.sent + 1, feed.sent + 201)])
    except OSError:
        pass


def main():
    generator = random.Random(7)
    daemon = Daemon(sys.argv[1])
    with daemon:
        for msisdn in SUBSCRIBERS:
            daemon.consent(msisdn)
        tracks = [daemon.track(msisdn) for msisdn in SUBSCRIBERS]
        base = now_ms()
        acknowledged = 0
        for _ in range(KILLS):
            feed = Feed(daemon)
            assert feed.resume >= acknowledged, f"resumes at {feed.resume}, {acknowledged} were acknowledged"
            stop = threading.Event()
            thread = threading.Thread(target=pour, args=(feed, base, stop))
            thread.start()
            goal = feed.resume + generator.randrange(500, 5000)
            wait_for("some acknowledgements", lambda: feed.acknowledged >= goal)
            daemon.kill()
            stop.set()
            thread.join()
            acknowledged = feed.acknowledged
            daemon.start()
            for msisdn in SUBSCRIBERS:
                assert daemon.consent_status(msisdn) == "allowed"
            points = sum(len(daemon.trace(track)) for track in tracks)
            assert points >= acknowledged, f"{points} points, {acknowledged} were acknowledged"
        feed = Feed(daemon)
        feed.send([line(number, base) for number in range(feed.sent + 1, feed.sent + 1001)])
        feed.settle()
        check(daemon, tracks, feed.sent, base)
        print(f"{KILLS} kills, {feed.sent} lines, each a point once")


def check(daemon, tracks, lines, base):
    for i, track in enumerate(tracks):
        points = daemon.trace(track)
        expected = [base + index // len(SUBSCRIBERS) for index in range(lines) if index % len(SUBSCRIBERS) == i]
        assert [point["tis"] for point in points] == expected, f"{len(points)} points, not {len(expected)}"
        assert sorted(point["seq"] for point in points) == list(range(1, len(points) + 1)), "seq has gaps"
        assert daemon.status(track)["status"] == "started"


main()
