#!/usr/bin/env bash
# docs/openapi.yaml against the real executable (openapi_check.py).
set -euo pipefail
simtrail=$(realpath "$1/bin/simtrail")
sources=$(realpath "$(dirname "$0")/../..")
scratch=$(mktemp -d)
daemon=
finish() {
    [[ -z $daemon ]] || { kill "$daemon" 2> /dev/null; wait "$daemon" || true; }
    rm -rf "$scratch"
}
trap finish EXIT
cd "$scratch"
fail() { echo "FAILED: $*"; tail -n 30 serve.log; exit 1; }

# Below the ephemeral ports, of which other tests take any while this one is starting.
read -r api operator feed < <(python3 - <<'PYTHON'
import random, socket
def take():
    while True:
        try:
            return socket.create_server(("127.0.0.1", random.randrange(20000, 32000)))
        except OSError:
            pass
taken = [take() for _ in range(3)]
print(*(s.getsockname()[1] for s in taken))
PYTHON
)
cat > simtrail.toml <<TOML
[api]
listen = "127.0.0.1:$api"
requests_per_second = 10
[operator]
listen = "127.0.0.1:$operator"
[feed.tcp]
listen = "127.0.0.1:$feed"
[cells]
files = ["$sources/data/clean-small/towers.csv"]
TOML
"$simtrail" serve --config simtrail.toml > serve.log 2>&1 &
daemon=$!
for _ in $(seq 300); do
    if curl -sf "http://127.0.0.1:$operator/readyz" > /dev/null; then break; fi
    kill -0 "$daemon" 2> /dev/null || fail 'the daemon has ended'
    sleep 0.1
done
# Each key has its rate, low enough here to be used up: the check takes turns with several.
key() { "$simtrail" keys add --config simtrail.toml --tenant acme --name "$1" --scopes "$2"; }
keys=()
for turn in {1..12}; do keys+=("$(key "turn $turn" consent,track,trace,feed)"); done
python3 "$sources/tests/scripts/openapi_check.py" "$sources/docs/openapi.yaml" --api "http://127.0.0.1:$api" \
    --operator "http://127.0.0.1:$operator" --towers "$sources/data/clean-small/towers.csv" \
    --key "${keys[@]}" --scopeless "$(key none admin)" --spent "$(key spent consent,track)" ||
    fail 'server and document differ'
