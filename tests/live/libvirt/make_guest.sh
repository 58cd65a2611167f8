#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# make_guest.sh FOLDER: makes FOLDER/vmlinuz and FOLDER/initrd.gz, the smallest guest that shuts down
# when its power button is pressed (ACPI). Kept from one build to the next; nothing is installed.
# Kernel command line: host=NAME, and no-acpid for a guest that ignores the button.
# Needs: busybox-static cpio, and apt-get download for the kernel. 77: something of that is missing.
set -euo pipefail
out=${1:?folder}
mkdir -p "$out"
out=$(realpath "$out")
exec 9>"$out/lock"
flock -w 300 9 # two tests may start at once
if [ -s "$out/vmlinuz" ] && [ "$out/initrd.gz" -nt "$0" ]; then exit 0; fi

for program in busybox cpio apt-get dpkg-deb; do
    command -v "$program" >/dev/null || { echo "SKIP: no $program" >&2; exit 77; }
done
work=$(mktemp -d "$out/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

if [ ! -s "$out/vmlinuz" ]; then
    cd "$work"
    package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends/ {print $2; exit}')
    apt-get download -q "${package:?apt-get update first}" >download.log 2>&1 ||
        { cat download.log >&2; echo "SKIP: cannot download $package" >&2; exit 77; }
    dpkg-deb -x "$package"_*.deb kernel
    mkdir -p "$out/modules"
    for module in drivers/acpi/button drivers/input/evdev; do
        cp kernel/lib/modules/*/kernel/$module.ko "$out/modules/"
    done
    cp kernel/boot/vmlinuz-* "$out/vmlinuz.new"
    mv "$out/vmlinuz.new" "$out/vmlinuz"
fi

root=$work/root
mkdir -p "$root"/{bin,dev,proc,sys,run,etc/acpi/PWRF,modules}
cp "$(command -v busybox)" "$root/bin/busybox"
cp "$out"/modules/*.ko "$root/modules/"
cat >"$root/etc/acpi/PWRF/00000080" <<'POWER'
#!/bin/busybox sh
/bin/busybox poweroff -f
POWER
cat >"$root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev
insmod /modules/button.ko; insmod /modules/evdev.ko
acpi=yes
for word in $(cat /proc/cmdline); do
    case $word in host=*) hostname ${word#host=} ;; no-acpid) acpi=no ;; esac
done
if [ $acpi = yes ]; then
    acpid -d -c /etc/acpi -p /run/acpid.pid >/run/acpid.log 2>&1 &
    # up means: somebody listens to the power button
    while ! ls -l /proc/$!/fd 2>/dev/null | grep -q /dev/input/event; do usleep 20000; done
fi
echo "REOPS-GUEST-UP $(hostname) $(cut -d' ' -f1 /proc/uptime)" >/dev/console
while :; do sleep 3600; done
INIT
chmod 755 "$root/init" "$root/etc/acpi/PWRF/00000080"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$out/initrd.new"
mv "$out/initrd.new" "$out/initrd.gz"
