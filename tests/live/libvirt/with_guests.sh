#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# with_guests.sh [--cache FOLDER] [--start "foo bar"] -- COMMAND ...: runs COMMAND beside a libvirtd of
# its own with the guests foo, bar and stubborn (which ignores its power button); ends with COMMAND's
# status. The guests named by --start (default: foo bar; two at most) are up when COMMAND begins.
# COMMAND finds in its environment
#   REOPS_LIBVIRT_URI      how to reach libvirtd
#   REOPS_LIBVIRT_DRIVER   what libvirt says is behind it: QEMU
#   REOPS_LIBVIRT_EVENTS   file to which `virsh event` writes what happens to the guests
#   REOPS_LIBVIRT_RECORD   libvirtd's own record of what it did to their processes; its times are taken
#                          before anybody is told, those in EVENTS when virsh was
#   REOPS_LIBVIRT_FOLDER   folder of this run; GUEST.serial in it is the guest's console, on which it
#                          says REOPS-GUEST-UP at each boot
# An end-to-end script takes the URI into its configuration and reads the order of the shutdowns from
# the events, for instance
#   with_guests.sh --cache build/guest -- sh -c '
#       sed "s,@URI@,$REOPS_LIBVIRT_URI," closet.edn >"$REOPS_LIBVIRT_FOLDER/reops.edn" && ... &&
#       grep -n "Stopped Shutdown" "$REOPS_LIBVIRT_EVENTS"'
# A guest that was shut down is switched on again with `virsh -c "$REOPS_LIBVIRT_URI" start GUEST`.
# Nothing of the machine is touched: as root, libvirtd lives in mount and network namespaces of its
# own; as an ordinary user it is a session daemon with folders of its own. Guests are always emulated
# (TCG): a /dev/kvm that opens is no proof that guests run on it.
# Needs: qemu-system-x86 libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients and what
# make_guest.sh needs. 77: something of that is missing.
set -uo pipefail
here=$(dirname "$(realpath "$0")")
cache=${TMPDIR:-/tmp}/reops-guest-$(id -u)
start="foo bar"
while [ $# -gt 0 ]; do
    case $1 in
        --cache) cache=$2; shift 2 ;;
        --start) start=$2; shift 2 ;;
        --) shift; break ;;
        *) echo "unknown word $1" >&2; exit 2 ;;
    esac
done
[ $# -gt 0 ] || { echo "usage: $0 [--cache FOLDER] [--start GUESTS] -- COMMAND ..." >&2; exit 2; }

export PATH=$PATH:/usr/sbin:/sbin
for program in virsh libvirtd qemu-system-x86_64 unshare; do
    command -v $program >/dev/null || { echo "SKIP: no $program" >&2; exit 77; }
done
"$here/make_guest.sh" "$cache" || exit $?
cache=$(realpath "$cache")

folder=$(mktemp -d -t reops-libvirt.XXXXXX)
mkdir "$folder/sock"
uri=
daemon=
recorder=

quietly() { "$@" >/dev/null 2>&1; }

clean_up() {
    trap '' INT TERM
    if [ "$uri" ]; then
        for guest in foo bar stubborn; do quietly timeout 10 virsh -q -c "$uri" destroy $guest; done
    fi
    for pid in $recorder $daemon; do quietly kill "$pid"; done
    # a guest that outlived its daemon is ours when its command line names our folder (define)
    for pid in $(grep -lsF "$folder" /proc/[0-9]*/cmdline | cut -d/ -f3); do
        case $(readlink /proc/"$pid"/exe) in */qemu-system-*) quietly kill -9 "$pid" ;; esac
    done
    for pid in $recorder $daemon; do quietly wait "$pid"; done
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

cat >"$folder/libvirtd.conf" <<C
unix_sock_dir = "$folder/sock"
unix_sock_rw_perms = "0700"
auth_unix_rw = "none"
auth_unix_ro = "none"
log_outputs = "3:file:$folder/libvirtd.log 1:file:$folder/record"
log_filters = "1:qemu.qemu_process"
C
# read from /etc/libvirt (root) or the user's configuration folder only; no security driver, no
# cgroups, no virtlogd: none of these is needed and few are there
cat >"$folder/qemu.conf" <<C
security_driver = "none"
cgroup_controllers = [ ]
namespaces = [ ]
stdio_handler = "file"
remember_owner = 0
C

start_as_root() {
    printf 'user = "root"\ngroup = "root"\n' >>"$folder/qemu.conf"
    # libvirtd insists on this user; it gets one without the machine's /etc/passwd being touched
    cp /etc/passwd /etc/group "$folder/"
    grep -q '^libvirt-qemu:' "$folder/passwd" ||
        echo 'libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin' >>"$folder/passwd"
    grep -q '^libvirt-qemu:' "$folder/group" || echo 'libvirt-qemu:x:64055:' >>"$folder/group"
    chmod 755 "$folder"
    mkdir -p "$cache/capabilities"
    for place in /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt /run/libvirt; do
        [ -d $place ] || mkdir -p $place || return
    done
    unshare --net --mount --propagation private bash -c '
        folder=$1 cache=$2
        for place in /etc/libvirt /run/libvirt /var/lib/libvirt /var/log/libvirt; do
            mount -t tmpfs none $place || exit
        done
        mount --bind "$cache/capabilities" /var/cache/libvirt &&
        mount --bind "$folder/passwd" /etc/passwd &&
        mount --bind "$folder/group" /etc/group &&
        cp "$folder/qemu.conf" /etc/libvirt/ || exit
        ip link set lo up 2>/dev/null
        exec libvirtd -f "$folder/libvirtd.conf" -p "$folder/pid"' \
        libvirtd-in-namespaces "$folder" "$cache" 2>"$folder/libvirtd.err" &
    daemon=$!
    uri="qemu:///system?socket=$folder/sock/libvirt-sock"
}

start_as_user() {
    mkdir -p "$folder"/{config/libvirt,run,data} "$cache/user-cache"
    chmod 700 "$folder/run"
    cp "$folder/qemu.conf" "$folder/config/libvirt/"
    XDG_CONFIG_HOME=$folder/config XDG_RUNTIME_DIR=$folder/run XDG_DATA_HOME=$folder/data \
        XDG_CACHE_HOME=$cache/user-cache \
        libvirtd -f "$folder/libvirtd.conf" -p "$folder/pid" 2>"$folder/libvirtd.err" &
    daemon=$!
    uri="qemu:///session?socket=$folder/sock/libvirt-sock"
}

give_up() {
    echo "with_guests.sh: $*" >&2
    tail -n 5 "$folder"/libvirtd.{err,log} "$folder"/*.serial >&2 2>/dev/null
    exit 1
}

define() { # NAME WORDS-FOR-THE-KERNEL
    cat >"$folder/$1.xml" <<C
<domain type='qemu'><name>$1</name><memory unit='MiB'>96</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type><kernel>$cache/vmlinuz</kernel><initrd>$cache/initrd.gz</initrd>
<cmdline>console=ttyS0 quiet panic=-1 mitigations=off tsc=unstable host=$1 run=$folder $2</cmdline></os>
<features><acpi/></features><cpu mode='custom'><model>Nehalem</model></cpu>
<on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
<devices><emulator>$(command -v qemu-system-x86_64)</emulator>
<serial type='file'><source path='$folder/$1.serial'/></serial><memballoon model='none'/></devices></domain>
C
    virsh -q -c "$uri" define "$folder/$1.xml" >/dev/null || give_up "cannot define $1"
}

if [ "$(id -u)" = 0 ]; then start_as_root; else start_as_user; fi
for _ in $(seq 600); do
    kill -0 "$daemon" 2>/dev/null || give_up "libvirtd ended"
    [ -S "$folder/sock/libvirt-sock" ] && quietly virsh -c "$uri" version && break
    sleep 0.05
done
quietly virsh -c "$uri" version || give_up "libvirtd does not answer"
define foo ""
define bar ""
define stubborn no-acpid
virsh -c "$uri" event --all --loop --timestamp >"$folder/events" 2>"$folder/events.err" &
recorder=$!
for guest in $start; do
    virsh -q -c "$uri" start "$guest" >/dev/null || give_up "cannot start $guest"
done
for guest in $start; do
    for _ in $(seq 900); do
        grep -qs REOPS-GUEST-UP "$folder/$guest.serial" && continue 2
        sleep 0.05
    done
    give_up "$guest did not boot"
done

driver=$(virsh -c "$uri" version | sed -n 's/^Using API: \([A-Za-z]*\).*/\1/p')
export REOPS_LIBVIRT_URI=$uri REOPS_LIBVIRT_DRIVER=$driver REOPS_LIBVIRT_EVENTS=$folder/events REOPS_LIBVIRT_FOLDER=$folder
export REOPS_LIBVIRT_RECORD=$folder/record
"$@" &
command=$!
trap 'kill "$command" 2>/dev/null; exit 143' TERM
trap 'kill "$command" 2>/dev/null; exit 130' INT
wait "$command"
