#!/usr/bin/env bash
# The engine cannot include the other folders: a scratch copy with a planted include shows that the compiler refuses
# it, and that scripts/check-arrows finds one which goes round the include path.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tar c --exclude=./build --exclude=./.git --exclude=./demo-out . | tar x -C "$scratch"
cd "$scratch"
printf '#pragma once\n' > storage/planted.hpp

cmake --preset release -DCMAKE_UNITY_BUILD=OFF > /dev/null  # one object of one file
object=engine/CMakeFiles/simtrail_engine.dir/events/radio.cpp.o
compile() { ninja -C build/release "$object" > compile.log 2>&1; }
fail() { echo "FAILED: $*"; cat ./*.log; exit 1; }

compile || fail 'the clean copy does not compile'
scripts/check-arrows build/release > check.log 2>&1 || fail 'check-arrows complains about the clean copy'
cp engine/events/radio.cpp clean.cpp

sed '1i #include "storage/planted.hpp"' clean.cpp > engine/events/radio.cpp
if compile; then fail 'the engine could include storage/planted.hpp'; fi
grep -q 'storage/planted.hpp: No such file' compile.log || fail 'it does not compile for another reason'

sed "1i #include \"../../storage/planted.hpp\"" clean.cpp > engine/events/radio.cpp
compile || fail 'the relative include was meant to compile'
if scripts/check-arrows build/release > check.log 2>&1; then fail 'check-arrows missed the relative include'; fi
grep -q 'includes storage/planted.hpp' check.log || fail 'check-arrows complains about something else'

sed '1i #include <sqlite3.h>' clean.cpp > engine/events/radio.cpp
compile || fail 'sqlite3.h was meant to compile'
if scripts/check-arrows build/release > check.log 2>&1; then fail 'check-arrows missed sqlite3.h'; fi
echo 'planted includes are refused by the compiler or found by check-arrows'
