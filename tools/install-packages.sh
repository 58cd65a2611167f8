#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# install-packages.sh SECTION...: installs what is missing of the named sections of
# packaging/packages.txt. Says nothing when nothing is missing; asks for sudo when not root.
# While it installs, no package may start a daemon (policy-rc.d): reops starts the parts it uses
# itself, with their own folders and ports, and a test machine should not listen on port 1883.
set -euo pipefail
root=$(realpath "$(dirname "$0")/..")
list=$root/packaging/packages.txt
guard=${REOPS_POLICY_RC_D:-/usr/sbin/policy-rc.d}
mark='# made by install-packages.sh of reops'

say() { echo "install-packages: $*" >&2; }

packages_of() { # SECTION...
    awk -v wanted=" $* " '
        /^# \[[a-z]+\]/ { section = substr($2, 2, length($2) - 2); known = known " " section " "; next }
        /^[ \t]*(#|$)/ { next }
        index(wanted, " " section " ") { print $1 }
        END { split(wanted, names, " ")
              for (i in names) if (!index(known, " " names[i] " ")) {
                  print "install-packages: no section [" names[i] "]" > "/dev/stderr"; exit 2 } }
    ' "$list"
}

missing() { # PACKAGE...
    local installed
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
        awk '$2 == "installed" { print $1 }')
    printf '%s\n' "$@" | grep -vxF -f <(echo "$installed") || true
}

# A guard that somebody else put there stays; ours is taken away however we end, and one that
# survived a kill -9 is taken away by the next run.
remove_guard() { if grep -qsF "$mark" "$guard"; then rm -f "$guard"; fi; }
place_guard() {
    remove_guard
    [ -e "$guard" ] && return
    trap remove_guard EXIT
    trap 'exit 130' INT TERM HUP
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$guard.new"
    chmod 755 "$guard.new"
    mv "$guard.new" "$guard"
}

install_now() { # PACKAGE...
    local options=(-qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
    export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
    place_guard
    apt-get "${options[@]}" update ||
        say "apt-get update had errors; going on with the package lists that are here"
    apt-get "${options[@]}" --no-install-recommends install "$@" </dev/null >&2
}

[ $# -gt 0 ] || { say "which sections? $(grep -oP '^# \[\K[a-z]+' "$list" | tr '\n' ' ')"; exit 2; }
wanted=$(packages_of "$@")
if ! command -v dpkg-query >/dev/null; then
    say "this is not a Debian system; what is needed goes by these names there: ${wanted//$'\n'/ }"
    exit 0
fi
# shellcheck disable=SC2086 # names of packages have no spaces
absent=$(missing $wanted | tr '\n' ' ')
if [ -z "$absent" ]; then exit 0; fi
say "missing: $absent"
if [ "$(id -u)" = 0 ]; then
    # shellcheck disable=SC2086
    install_now $absent || say "apt-get failed with status $?"
elif command -v sudo >/dev/null; then
    say "installing them needs root: sudo $0 $*"
    exec sudo -- "$0" "$@"
else
    say "installing them needs root, and there is no sudo here; as root: $0 $*"
    exit 1
fi
# shellcheck disable=SC2086
still=$(missing $absent | tr '\n' ' ')
if [ -n "$still" ]; then
    say "could not be installed: $still"
    exit 1
fi
