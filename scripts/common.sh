# Sourced by the scripts beside it: the project's folder, stages with their times, builds and tests by preset.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Debian's own symbolizer: sanitizer reports name files and lines without LLVM's 70 MB of tools.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}external_symbolizer_path=/usr/bin/addr2line:allow_addr2line=1"
export TSAN_OPTIONS="${TSAN_OPTIONS:+$TSAN_OPTIONS:}external_symbolizer_path=/usr/bin/addr2line:allow_addr2line=1"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1"

# One cache for all presets of a clone: what two of them compile alike is compiled once.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

die() { echo "${0##*/}: $*" >&2; exit 1; }

# stage TITLE COMMAND...: runs the command and keeps its time for the table that the outermost script prints when it
# ends. Where the command fails the script ends there. (The command is not in a condition: `set -e` holds within it.)
stage() {
    local started=$SECONDS
    running_stage=$1
    printf '\n== %s\n' "$1"
    "${@:2}"
    running_stage=
    printf '%5d s  %s\n' $((SECONDS - started)) "$1" >> "$SIMTRAIL_REPORT/stages"
}

# The outermost script owns the report; scripts that it calls add to it.
if [[ -z ${SIMTRAIL_REPORT-} ]]; then
    SIMTRAIL_REPORT=$(mktemp -d)
    export SIMTRAIL_REPORT
    trap report EXIT
else
    trap report_failure EXIT
fi

report_failure() {
    local status=$?
    [[ -z ${running_stage-} ]] || printf ' FAILED  %s\n' "$running_stage" >> "$SIMTRAIL_REPORT/stages"
    return $status
}

report() {
    local status=$?
    report_failure || true
    if [[ -s $SIMTRAIL_REPORT/stages ]]; then
        printf '\n'
        cat "$SIMTRAIL_REPORT/stages"
        printf '%5d s  in all\n' $SECONDS
        [[ ! -s $SIMTRAIL_REPORT/tests ]] || cat "$SIMTRAIL_REPORT/tests"
        if (( status == 0 )); then echo "${0##*/}: all is well"; else echo "${0##*/}: FAILED"; fi
    fi
    rm -rf "$SIMTRAIL_REPORT"
    exit $status
}

# build PRESET [TARGET...]
build() {
    local preset=$1
    mkdir -p build
    cmake --preset "$preset" > "build/$preset-configure.log" 2>&1 || { cat "build/$preset-configure.log"; return 1; }
    cmake --build --preset "$preset" -j "$(nproc)" ${2:+--target "${@:2}"}
}

# run_tests PRESET [CTEST ARGUMENT...]
run_tests() {
    local preset=$1 folder=$PWD/build/$1 status=0
    rm -f "$folder/tests.xml"
    ctest --preset "$preset" -j "$(nproc)" --no-tests=error --output-junit "$folder/tests.xml" "${@:2}" |
        tee "$folder/tests.log" || status=$?
    grep 'tests passed,' "$folder/tests.log" >> "$SIMTRAIL_REPORT/tests" || true
    scripts/count-tests "$folder/tests.xml" "$preset" | tee -a "$SIMTRAIL_REPORT/tests" || status=$?
    return $status
}
