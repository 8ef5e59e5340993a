"""SIGHUP reads log level, cells and certificates again, and no connection notices."""

import re
import signal
import ssl
import subprocess
import sys

from daemon import SITES, Daemon, Feed, event, now_ms, untrusting_tls, wait_for

MSISDN = "919876543210"
NEW_CELL = 1004


def make_certificate(daemon, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-keyout", daemon.path("key.pem"), "-out",
                    daemon.path("certificate.pem")], check=True, capture_output=True)
    with open(daemon.path("certificate.pem"), encoding="ascii") as file:
        return ssl.PEM_cert_to_DER_cert(file.read())


def certificate_of(connection):
    return connection.sock.getpeercert(binary_form=True)


def reload(daemon, says):
    told = len(re.findall(says, daemon.log()))
    daemon.signal(signal.SIGHUP)
    wait_for(says, lambda: len(re.findall(says, daemon.log())) > told)


def main():
    daemon = Daemon(sys.argv[1])
    first = make_certificate(daemon, "first")
    daemon.sections["api.tls"] = {"certificate": daemon.path("certificate.pem"), "key": daemon.path("key.pem")}
    daemon.configure()
    daemon.tls = untrusting_tls()
    with daemon:
        daemon.consent(MSISDN)
        track = daemon.track(MSISDN)
        old = daemon.connection
        assert certificate_of(old) == first
        feed = Feed(daemon)
        feed.send([event(MSISDN, now_ms(), NEW_CELL)])
        feed.settle()
        feed.send([event(MSISDN, now_ms())])
        feed.settle()
        reload_everything(daemon, feed, track, old, first)
        refuse_a_wrong_configuration(daemon, old)
        keep_the_certificate(daemon, old)
        assert daemon.terminate() == 0
        print("cells, certificates and log level changed under open connections")


def reload_everything(daemon, feed, track, old, first):
    second = make_certificate(daemon, "second")
    assert second != first
    daemon.write("sites.csv", SITES + f"lte,404,45,1234,{NEW_CELL},4,77.7000000,13.0000000\n")
    daemon.sections["log"] = {"level": "error"}
    daemon.configure()
    port = old.sock.getsockname()
    told = daemon.log().count("request id=")
    daemon.signal(signal.SIGHUP)

    def new_certificate():
        connection = daemon.new_connection()
        connection.connect()
        found = certificate_of(connection)
        connection.close()
        return found == second
    wait_for("the new certificate", new_certificate)
    assert daemon.call("GET", f"/v1/consents/{MSISDN}", connection=old)[0] == 200
    assert old.sock.getsockname() == port and certificate_of(old) == first, "the old connection was dropped"
    assert daemon.log().count("request id=") == told, "log level error still tells of requests"

    def new_cell_is_known():
        feed.send([event(MSISDN, now_ms(), NEW_CELL)])
        feed.settle()
        page = daemon.expect(200, "GET", f"/v1/sim-tracks/{track}/trace?limit=10000")
        return abs(page["features"][-1]["geometry"]["coordinates"][0] - 77.7) < 0.02
    wait_for("the new cell", new_cell_is_known)


def refuse_a_wrong_configuration(daemon, old):
    daemon.sections["log"] = {"level": "loud"}
    daemon.configure()
    reload(daemon, r"\[log\] level")
    assert daemon.call("GET", f"/v1/consents/{MSISDN}", connection=old)[0] == 200


def keep_the_certificate(daemon, old):
    daemon.write("key.pem", "no key")
    daemon.sections["log"] = {"level": "info"}
    daemon.configure()
    reload(daemon, "certificates stay as they are: ")
    wait_for("the rest", lambda: "reloaded: cells, log level" in daemon.log())
    assert daemon.call("GET", f"/v1/consents/{MSISDN}", connection=old)[0] == 200


main()
