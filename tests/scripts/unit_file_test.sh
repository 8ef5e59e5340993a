#!/usr/bin/env bash
# systemd understands packaging/simtrail.service, and the unit shuts the daemon in.
set -euo pipefail
unit=$(realpath "$(dirname "$0")/../../packaging/simtrail.service")
command -v systemd-analyze > /dev/null || { echo 'skipped: there is no systemd-analyze here'; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

# verify wants the executable to be there.
check() {
    sed "s#/usr/bin/simtrail#$(realpath "$1/bin/simtrail")#" "$2" > "$scratch/simtrail.service"
    systemd-analyze verify "$scratch/simtrail.service" > "$scratch/log" 2>&1 && [[ ! -s $scratch/log ]]
}
check "$1" "$unit" || { cat "$scratch/log"; fail 'systemd-analyze verify complains'; }
sed 's/^NoNewPrivileges/NoNewPriviledges/' "$unit" > "$scratch/planted"
if check "$1" "$scratch/planted"; then fail 'a planted misspelling was not found'; fi

check "$1" "$unit"
systemd-analyze security --offline=yes --threshold=20 "$scratch/simtrail.service" > "$scratch/log" ||
    { cat "$scratch/log"; fail 'the unit lets the daemon do more than an exposure of 2.0'; }
tail -n 1 "$scratch/log"
