// SPDX-License-Identifier: Apache-2.0
#include "operations/verbs/package_script.hh"

#include "operations/verbs/parts.hh"

#include <string_view>

namespace reops::operations {

namespace {

// Debian's derivatives may have dnf installed and Fedora has a package `apt`: what the system says
// of itself comes first.
constexpr std::string_view which_manager = R"sh(
    exec 3>&1 1>&2 </dev/null;
    DEBIAN_FRONTEND=noninteractive; NEEDRESTART_MODE=l; export DEBIAN_FRONTEND NEEDRESTART_MODE;
    verb=$1; wait=$2; shift 2;
    id=$(. /etc/os-release 2>/dev/null; echo " $ID $ID_LIKE ");
    case "$id" in
        *" debian "*|*" ubuntu "*) m=apt;;
        *" alpine "*) m=apk;;
        *" fedora "*|*" rhel "*|*" centos "*) m=dnf;;
        *) for m in apt-get dnf yum apk none; do command -v $m >/dev/null && break; done;
           case $m in apt-get) m=apt;; yum) m=dnf;; esac;;
    esac;
    if [ $m = none ]; then echo "no apt, dnf or apk here"; exit 1; fi;
    dnf=$(command -v dnf || command -v yum);
)sh";

// All of them lock with fcntl or flock, which /proc/locks shows to everybody by inode; dnf besides
// leaves files with its number. A lock on a file of the same inode elsewhere is told apart where
// the holder's files can be seen.
constexpr std::string_view lock_functions = R"sh(
    say_process() {
        echo "$1 $(cat "/proc/$1/comm" 2>/dev/null || echo unknown)";
    };
    holder_of() {
        f=$(readlink -f "$1"); i=$(stat -c %i "$f");
        while read -r n kind a w pid file rest; do
            if [ "$kind" != '->' ] && [ "${file##*:}" = "$i" ]; then
                case "$(ls -l "/proc/$pid/fd" 2>/dev/null)" in
                    ''|*"$f"*) say_process "$pid"; return;;
                esac;
            fi;
        done </proc/locks;
    };
    holder() {
        case $m in
            apt) set -- /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock
                /var/cache/apt/archives/lock;;
            dnf) set -- /var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock;
                for p in /var/cache/dnf/*.pid /var/lib/dnf/*.pid /run/yum.pid; do
                    pid=$(cat "$p" 2>/dev/null) || continue;
                    if [ -n "$pid" ] && [ -d "/proc/$pid" ]; then
                        say_process "$pid"; return;
                    fi;
                done;;
            apk) set -- /lib/apk/db/lock /usr/lib/apk/db/lock;;
        esac;
        for l in "$@"; do
            h=; if [ -e "$l" ]; then h=$(holder_of "$l"); fi;
            if [ -n "$h" ]; then echo "$h"; return; fi;
        done;
    };
    wait_for_lock() {
        t=0;
        while h=$(holder); [ -n "$h" ]; do
            if [ $t -ge "$wait" ]; then echo "reops-lock $h"; exit 75; fi;
            if [ $t -eq 0 ]; then echo "waiting for $h"; fi;
            sleep 1; t=$((t + 1));
        done;
    };
)sh";

// Questions about changed configuration files are answered as Debian's unattended-upgrades does:
// what the owner wrote stays. A list of packages that could not be fetched is a failure, not a
// reason to go on with old ones.
constexpr std::string_view manager_functions = R"sh(
    installed() {
        case $m in
            apt) dpkg-query -W -f '${db:Status-Status} ${binary:Package} ${Version}\n'
                | sed -n 's/^installed //p';;
            dnf) rpm -qa --qf '%{NAME}.%{ARCH} %{EVR}\n' | grep -v '^gpg-pubkey';;
            apk) for d in /lib/apk/db/installed /usr/lib/apk/db/installed; do
                    if [ -e $d ]; then sed -n -e '/^P:/{s/^P://;h;}'
                        -e '/^V:/{s/^V://;G;s/\(.*\)\n\(.*\)/\2 \1/p;}' $d; break; fi;
                done;;
        esac;
    };
    apt_get() {
        $as_root apt-get -q -y -o DPkg::Lock::Timeout="$wait" -o APT::Cmd::Pattern-Only=true
            -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@";
    };
    dnf_y() { $as_root "$dnf" -q -y --setopt=exit_on_lock=1 "$@"; };
    refresh() {
        case $m in
            apt) apt_get -o APT::Update::Error-Mode=any update;;
            dnf) dnf_y clean expire-cache;;
            apk) $as_root apk -q --wait "$wait" update;;
        esac;
    };
    act() {
        case "$m $verb" in
            "apt update") apt_get --with-new-pkgs upgrade;;
            "apt upgrade") apt_get dist-upgrade;;
            "apt install") apt_get install -- "$@";;
            "dnf update") dnf_y upgrade;;
            "dnf upgrade") dnf_y --best --allowerasing upgrade;;
            "dnf install") dnf_y install -- "$@";;
            "apk update"|"apk upgrade") $as_root apk --wait "$wait" upgrade;;
            "apk install") $as_root apk --wait "$wait" add -- "$@";;
        esac;
    };
    newer() {
        case $m in
            apt) apt-get -s -q -o Debug::NoLocking=1 --with-new-pkgs upgrade >&4 || return;;
            dnf) dnf_y check-update >&4; test $? -eq 0 -o $? -eq 100 || return;;
            apk) apk version -l '<' >&4 || return;;
        esac;
    };
    as_lines() {
        case $m in
            apt) sed -n 's/^Inst \([^ ]*\) \[\([^]]*\)\] (\([^ ]*\) .*/~ \1 \2 \3/p';;
            dnf) sed -n -e '/^Obsoleting/q' -e 's/^\([^ ]*\.[^ ]*\)  *\([^ ]*\)  *[^ ]*$/~ \1 - \2/p';;
            apk) sed -n 's/^\(.*\)-\([0-9][^-]*-r[0-9]*\) *< *\(.*\)/~ \1 \2 \3/p';;
        esac;
    };
)sh";

constexpr std::string_view carry_out = R"sh(
    restart_wanted() {
        if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then
            echo "yes the system asks for it"; return;
        fi;
        new=$(for d in /lib/modules/*; do if [ -e "$d/modules.dep" ]; then echo "${d##*/}"; fi; done
            | sort -V | tail -n 1);
        if [ -n "$new" ] && [ "$new" != "$(uname -r)" ]; then
            echo "yes the kernel $new is installed and $(uname -r) runs";
        else
            echo no;
        fi;
    };
    wait_for_lock;
    refresh || exit;
    echo "manager $m" >&3;
    rc=0;
    if [ "$verb" = upgradable ]; then
        list=$(newer 4>&1 1>&2) || rc=$?;
        printf '%s\n' "$list" | as_lines >&3;
    else
        before=$(installed);
        wait_for_lock;
        act "$@" || rc=$?;
        after=$(installed);
        { printf '%s\n' "$before" | sed 's/^/- /'; printf '%s\n' "$after" | sed 's/^/+ /'; }
            | sort -k 2 | uniq -u -f 1 >&3;
    fi;
    echo "reboot $(restart_wanted)" >&3;
    exit $rc
)sh";

}  // namespace

std::string package_script()
{
    std::string script;
    for (const std::string_view part :
         {which_manager, lock_functions, manager_functions, carry_out})
        script += part;
    return as_root(script);
}

}  // namespace reops::operations
