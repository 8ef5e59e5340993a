"""A feed of 100,000 subscribers of whom 100 consented: of the others nothing is left, in no file and in no encoding."""

import glob
import os
import random
import re
import sys

from daemon import Daemon, Feed, event, now_ms

SUBSCRIBERS, CONSENTED = 100_000, 100
DIGITS = 12


def bcd(number):
    return bytes.fromhex(number)


def swapped_bcd(number):  # as in GSM's TBCD strings
    return bytes.fromhex("".join(number[i + 1] + number[i] for i in range(0, DIGITS, 2)))


def packed(number):  # engine/events/msisdn.hpp: the length above the value
    return int(number) | len(number) << 56


ENCODINGS = {
    "text": str.encode,
    "UTF-16": lambda number: number.encode("utf-16-le"),
    "packed, little endian": lambda number: packed(number).to_bytes(8, "little"),
    "packed, big endian": lambda number: packed(number).to_bytes(8, "big"),
    "value, little endian": lambda number: int(number).to_bytes(8, "little"),
    "value, big endian as SQLite stores it": lambda number: int(number).to_bytes(6, "big"),
    "BCD": bcd,
    "swapped BCD": swapped_bcd,
    "hexadecimal": lambda number: b"%x" % int(number),
}


SHORT = [name for name, encode in ENCODINGS.items() if len(encode("9" * DIGITS)) < 8]


class Patterns:
    """The numbers in one encoding, all of one size, found by what they begin or end with in common."""

    def __init__(self, numbers, encode):
        self.numbers = {encode(number): number for number in numbers}
        self.size = len(next(iter(self.numbers)))
        assert all(len(pattern) == self.size for pattern in self.numbers)
        head = os.path.commonprefix(list(self.numbers))
        tail = os.path.commonprefix([pattern[::-1] for pattern in self.numbers])[::-1]
        self.anchor, self.skip = (head, 0) if len(head) >= len(tail) else (tail, self.size - len(tail))
        assert self.anchor

    def find(self, content):
        at = content.find(self.anchor)
        while at >= 0:
            start = at - self.skip
            number = self.numbers.get(content[start:start + self.size]) if start >= 0 else None
            if number:
                yield number
            at = content.find(self.anchor, at + 1)


class Search:
    """Which of many numbers stand in some bytes."""

    def __init__(self, numbers):
        self.patterns = {name: Patterns(numbers, encode) for name, encode in ENCODINGS.items()}

    def find(self, content):
        return {(name, number) for name, patterns in self.patterns.items() for number in patterns.find(content)}


def without_chance(found):
    """Six bytes look like one of 100,000 numbers once in some hundred runs; a leak is more than two such."""
    short = {hit for hit in found if hit[0] in SHORT}
    return found - short if len(short) <= 2 else found


def check_that_planted_numbers_are_found(search, artifacts, number):
    """In a page's worth of each artifact, in every encoding."""
    generator = random.Random(3)
    for name, content in artifacts.items():
        page = content[:8192]
        for encoding, encode in ENCODINGS.items():
            at = generator.randrange(len(page) + 1)
            found = search.find(page[:at] + encode(number) + page[at:])
            assert (encoding, number) in found, f"{encoding} planted in {name} was not found"


def artifacts_of(daemon):
    artifacts = {}
    for path in sorted(glob.glob(daemon.path("*"))):
        if os.path.basename(path) not in ("simtrail.toml", "sites.csv"):
            with open(path, "rb") as file:
                artifacts[os.path.basename(path)] = file.read()
    artifacts["/metrics"] = daemon.ask_operator("GET", "/metrics")[1].encode()
    return artifacts


def main():
    generator = random.Random(5)
    numbers = [f"91{n:010}" for n in generator.sample(range(10**10), SUBSCRIBERS)]
    consented, others = numbers[:CONSENTED], numbers[CONSENTED:]
    daemon = Daemon(sys.argv[1], log={"level": "debug"})
    with daemon:
        for msisdn in consented:
            daemon.consent(msisdn)
        tracks = [daemon.track(msisdn) for msisdn in consented]
        feed = Feed(daemon)
        for _ in range(2):
            ts = now_ms()
            generator.shuffle(numbers)
            lines = [event(number, ts) for number in numbers]
            # Bad lines speak of people, too, and are logged.
            lines[::5000] = [line.replace(b'"lte"', b'"6g"') for line in lines[::5000]]
            lines[1::5000] = [line[:-9] + b"\n" for line in lines[1::5000]]
            for i in range(0, len(lines), 1000):
                feed.send(lines[i:i + 1000])
        feed.settle()
        points = sum(len(daemon.trace(track)) for track in tracks)
        assert CONSENTED <= points <= 2 * CONSENTED, points
        dropped = daemon.metric('simtrail_feed_lines_total{outcome="untracked"}')
        assert dropped >= 1.99 * len(others), dropped
        while_running = artifacts_of(daemon)
        daemon.call("GET", f"/v1/consents/{others[0]}")
        daemon.call("GET", f"/v1/sim-track-status/msisdn/{others[1]}")
        log = daemon.log()
        assert others[0] not in log and others[1] not in log, "a number that was asked for is in the log"
        assert re.search(r"GET.*/v1/consents/91\*+" + others[0][-4:], log), "the request is not in the log"
        assert daemon.terminate() == 0
        daemon.start()
        search_all(others, consented, {"running": while_running, "stopped": artifacts_of(daemon)})
        print(f"{points} points of {CONSENTED} subscribers, nothing of {len(others)} others")


def search_all(others, consented, moments):
    search = Search(others)
    for moment, artifacts in moments.items():
        assert {"simtrail.db", "log1", "/metrics"} <= artifacts.keys(), artifacts.keys()
        assert moment != "running" or "simtrail.db-wal" in artifacts
        check_that_planted_numbers_are_found(search, artifacts, others[17])
        for name, content in artifacts.items():
            found = without_chance(search.find(content))
            assert not found, f"{moment}: {name} has {len(found)} of the others' numbers: {sorted(found)[:3]}"
    database = b"".join(content for name, content in moments["stopped"].items() if name.startswith("simtrail.db"))
    seen = {number for _, number in Search(consented).find(database)}
    assert seen == set(consented), "those who consented ought to be found by the same search"


main()
