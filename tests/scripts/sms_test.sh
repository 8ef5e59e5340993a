#!/usr/bin/env bash
# The commands of docs/sms.md as they stand: a full consent with the real executable over SMPP, and through Debian's Kannel,
# before npm's smpp. They use the default ports: in a network of their own where the kernel allows that, else only where the
# ports are free (else skipped).
set -euo pipefail
bin=$(realpath "$1/bin")
sources=$(realpath "$(dirname "$0")/../..")
if [[ ${2-} != isolated ]] && command -v ip > /dev/null && unshare --map-root-user --net true 2> /dev/null; then
    exec unshare --map-root-user --net --pid --fork --kill-child "$0" "$1" isolated
fi
if [[ ${2-} == isolated ]]; then
    ip link set lo up
    # The leak checker would look for its threads in the /proc of another process namespace, and wait for ever.
    export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
fi
for needed in "$sources/tests/peers/node_modules/smpp" /usr/sbin/bearerbox /usr/sbin/smsbox; do
    [[ -e $needed ]] || { echo "there is no $needed: scripts/setup --tests"; exit 77; }
done
for port in 2775 7400 7420 7480 7490 8080 13000 13001 13013; do
    if (: > "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then echo "port $port is in use"; exit 77; fi
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/data" "$scratch/docs"
cp -r "$sources/data/clean-small" "$scratch/data/"
cp "$sources/docs/verify_callback.py" "$scratch/docs/"
ln -s "$sources/tests" "$scratch/tests"
cd "$scratch"
PATH=$bin:$PATH "$sources/tests/scripts/walkthrough_check.py" "$sources/docs/sms.md" 16 || { cat simtrail.log smsc.log; exit 1; }
