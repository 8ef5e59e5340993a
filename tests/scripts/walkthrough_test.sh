#!/usr/bin/env bash
# The commands of docs/walkthrough.md as they stand, with the real executable. They use the default ports: in a network of
# their own where the kernel allows that, else only where the ports are free (else skipped).
set -euo pipefail
bin=$(realpath "$1/bin")
sources=$(realpath "$(dirname "$0")/../..")
if [[ ${2-} != isolated ]] && command -v ip > /dev/null && unshare --map-root-user --net true 2> /dev/null; then
    exec unshare --map-root-user --net "$0" "$1" isolated
fi
if [[ ${2-} == isolated ]]; then ip link set lo up; fi
for port in 7400 7480 7490; do
    if (: > "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then echo "port $port is in use"; exit 77; fi
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/data"
cp -r "$sources/data/clean-small" "$scratch/data/"
cd "$scratch"
PATH=$bin:$PATH "$sources/tests/scripts/walkthrough_check.py" "$sources/docs/walkthrough.md" 9 || { cat simtrail.log; exit 1; }
