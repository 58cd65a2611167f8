#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# demo.sh BUILD: what `make demo` runs, on the programs of the folder BUILD.
set -euo pipefail
build=$1
shift
for program in reops reops-provider-sim; do
    [ -x "$build/$program" ] || { echo "demo: $build/$program is not there (make build)"; exit 1; }
done
exec "$build/reops" demo "$@"
