#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# unit_test.sh BUILD HAS_PROGRAM: installs BUILD into a folder and asks systemd about the unit there.
set -euo pipefail
build=$1 has_program=$2
command -v systemd-analyze >/dev/null || { echo "SKIP: no systemd-analyze (package systemd)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL: $*"; exit 1; }

DESTDIR=$work/root cmake --install "$build" --prefix /opt/reops >"$work/install.log" 2>&1 ||
    { cat "$work/install.log"; fail "cmake --install"; }
unit=$work/root/opt/reops/lib/systemd/system/reops.service
[ -f "$unit" ] || fail "no unit installed"
[ -f "$work/root/opt/reops/share/reops/reops.edn" ] || fail "no sample configuration installed"
grep -q '^ExecStart=/opt/reops/bin/reops serve' "$unit" || fail "ExecStart does not name the prefix"
# systemd has words of its own that begin with @: SystemCallFilter=@system-service
grep -n '@[A-Za-z_]*@' "$unit" && fail "a word between @ was left in the unit"

# systemd-analyze wants to find the program where the unit says.
program=$work/root/opt/reops/bin/reops
if [ "$has_program" = 1 ]; then
    [ -x "$program" ] || fail "no program installed"
else
    program=/bin/true
fi
verify() { # UNIT; prints complaints, none when the unit is right
    systemd-analyze verify --man=no --recursive-errors=no "$1" 2>&1 || echo "exit status $?"
}
mkdir "$work/right" "$work/wrong"
sed "s,/opt/reops/bin/reops,$program," "$unit" >"$work/right/reops.service"
complaints=$(verify "$work/right/reops.service")
[ -z "$complaints" ] || fail "systemd says: $complaints"

# The same question about a unit with a mistake: silence would mean that nobody looked.
sed 's,^NoNewPrivileges=,NoNewPrivilege=,' "$work/right/reops.service" >"$work/wrong/reops.service"
[ -n "$(verify "$work/wrong/reops.service")" ] || fail "a misspelt word was not found"

# What a service that holds the power switch has to say.
for line in Type=notify StateDirectory=reops StateDirectoryMode=0700 NoNewPrivileges=yes \
    ProtectSystem=strict LoadCredential= LimitCORE=0; do
    grep -q "^$line" "$unit" || fail "the unit lacks $line"
done
stop=$(sed -n 's/^TimeoutStopSec=\([0-9]*\)s$/\1/p' "$unit")
[ "$stop" -gt 20 ] || fail "TimeoutStopSec=$stop does not cover the 20 s of a clean stop"
systemd-analyze security --offline=true --no-pager "$work/right/reops.service" 2>/dev/null |
    tail -1 || true
echo "unit ok"
