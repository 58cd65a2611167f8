#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD [--write] [--runs N] [--short] [--engine]: every benchmark N (5) times, and the table of
# medians. Raw numbers stay in build/bench/; --write puts the table into docs/benchmarks.md; --engine
# leaves the broker and the language out.
set -euo pipefail
root=$(dirname "$(dirname "$(realpath "$0")")")
build= write= short= runs=5 engine_only=
while [ $# -gt 0 ]; do
    case $1 in
        --write) write=yes ;;
        --short) short=--short ;;
        --engine) engine_only=yes ;;
        --runs) runs=$2; shift ;;
        -*) echo "run.sh: unknown word $1" >&2; exit 2 ;;
        *) build=$(realpath "$1") ;;
    esac
    shift
done
[ -x "${build:-/nowhere}/bench/engine_bench" ] ||
    { echo "usage: $0 BUILD [--write] [--runs N] [--short] [--engine]   (make bench builds it)" >&2; exit 2; }

out=$root/build/bench
mkdir -p "$out"
stamp=$(date -u +%Y%m%dT%H%M%SZ)
raw=$out/$stamp.jsonl machine=$out/$stamp.machine
{
    echo "$(date -u +%Y-%m-%d), commit $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)," \
        "$runs runs, load before: $(cut -d' ' -f1-3 /proc/loadavg)."
    echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores," \
        "$(awk '/MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), Linux $(uname -r)," \
        "$(. /etc/os-release && echo "$PRETTY_NAME"), file system $(stat -f -c %T "$out")," \
        "$({ mosquitto -h 2>/dev/null || /usr/sbin/mosquitto -h 2>/dev/null || true; } | head -1)."
} >"$machine"

for run in $(seq "$runs"); do
    echo "engine, run $run of $runs" >&2
    "$build/bench/engine_bench" "$out/journal" >>"$raw"
done
rm -rf "$out/journal"
status=0
if [ -z "$engine_only" ]; then
    echo "pipeline, $runs runs" >&2
    python3 "$root/bench/pipeline_bench.py" "$build" "$raw" --runs "$runs" $short || status=$?
    echo "fan-out over SSH, $runs runs" >&2
    python3 "$root/bench/fanout_bench.py" "$build" "$raw" --runs "$runs" $short || status=$?
    echo "language, $runs runs" >&2
    python3 "$root/bench/lang_bench.py" "$build" "$raw" --runs "$runs" || status=$?
fi
python3 "$root/bench/table.py" "$raw" "$machine" | tee "$out/$stamp.md"
[ -z "$write" ] || cp "$out/$stamp.md" "$root/docs/benchmarks.md"
echo "raw numbers: $raw" >&2
exit $status
