"""A configuration is checked before it runs; what watches the daemon is told how it is: systemd (ready, alive, reloading, stopping), load balancers, Prometheus."""

import os
import signal
import socket
import subprocess
import sys

from daemon import Daemon, Feed, event, now_ms, wait_for

MSISDN = "919876543210"


class Systemd:
    """In its place: the datagrams that came."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.bind(path)
        os.environ["NOTIFY_SOCKET"] = path
        self.heard = []

    def listen(self):
        try:
            while True:
                self.heard.append(self.socket.recv(512).decode())
        except BlockingIOError:
            return self.heard

    def wait(self, message, count=1):
        wait_for(message, lambda: sum(m.startswith(message) for m in self.listen()) >= count)


def check(daemon, path):
    return subprocess.run([daemon.executable, "serve", "--config", path, "--check"], capture_output=True, text=True,
                          cwd=daemon.folder, check=False)


def check_configurations(daemon):
    example = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../packaging/simtrail.example.toml")
    assert check(daemon, example).returncode == 0
    daemon.write("wrong.toml", "[storage]\nretension = \"9d\"\n")
    done = check(daemon, daemon.path("wrong.toml"))
    assert done.returncode == 2 and done.stdout == "", done
    assert done.stderr == (f"simtrail: {daemon.path('wrong.toml')}:2: [storage] retension: there is no such key; "
                           "did you mean [storage] retention?\n"), done.stderr
    assert not os.path.exists(daemon.path("simtrail.db")), "--check leaves nothing behind"


def start_track(daemon):
    daemon.consent(MSISDN)
    track = daemon.track(MSISDN)
    feed = Feed(daemon)
    feed.send([event(MSISDN, now_ms())])
    feed.settle()
    wait_for("the first position", lambda: daemon.status(track)["status"] == "started")
    return track


def main():
    daemon = Daemon(sys.argv[1], tracks={"silent_after": "0s"})
    check_configurations(daemon)
    systemd = Systemd(daemon.path("notify"))
    with daemon:
        systemd.wait("READY=1")
        track = start_track(daemon)
        systemd.wait("WATCHDOG=1", 3)  # at least a second, in which silence would be noticed
        assert "deviceSilent" not in daemon.status(track)["rsOutput"]["errorReason"], "0s means that nobody wants to know"
        daemon.signal(signal.SIGHUP)
        systemd.wait("RELOADING=1")
        systemd.wait("READY=1", 2)
        assert daemon.ask_operator("GET", "/healthz")[0] == 200
        daemon.write("metrics", daemon.ask_operator("GET", "/metrics")[1])
        checker = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../check_metrics.py")
        names = subprocess.run([checker, daemon.path("metrics")], check=True, capture_output=True, text=True).stdout
        assert "simtrail_feed_lines" in names.split(), names
        assert daemon.terminate() == 0
        systemd.wait("STOPPING=1")
        told = [message for message in systemd.heard if message != "WATCHDOG=1"]
        assert [message.split("\n")[0] for message in told] == ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"], told
        print("systemd, load balancers and Prometheus know how it is")


main()
