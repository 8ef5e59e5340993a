#!/usr/bin/env bash
# Standard output holds the result alone: with --json one object, whatever is logged; logs go to standard error.
set -euo pipefail
simtrail=$(realpath "$1/bin/simtrail")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

echo 'not an event' > feed.ndjson
"$simtrail" replay --feed feed.ndjson --db traces.db --track-all --json > out 2> err
python3 -c 'import json; assert json.load(open("out"))["lines"] == 1'
grep -q 'warning.* feed.ndjson:1: ' err || { echo 'the bad line is not logged:'; cat err; exit 1; }
if grep -q 'an event' out err; then echo 'the bytes of a bad line were told'; exit 1; fi
echo 'standard output is for results, standard error for logs'
