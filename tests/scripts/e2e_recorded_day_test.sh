#!/usr/bin/env bash
# The real daemon, from outside: tests/scripts/e2e/recorded_day.py says what is shown.
set -euo pipefail
exec /usr/bin/python3 "$(dirname "$0")/e2e/recorded_day.py" "$1"
