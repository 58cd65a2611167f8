#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# with_lan.sh PROGRAM ARGS...: runs PROGRAM on a small network of namespaces and cleans up.
#
#   ctl 10.91.0.2 (PROGRAM)   gw 10.91.0.1   iron 10.91.0.9 (sshd, a power-off that really ends it)
#   nic: hears the magic packet for iron and switches it on
#
# REOPS_LAN names the folder: id (root's private key), known_hosts, iron-on, iron-off, log, config for
# ssh, and iron-shell LINE, which runs a line on iron as its ordinary user `me`, who may use sudo. iron has
# an /etc, a /home and a /run of its own. Inside with_guests.sh the guests are iron's: libvirt's socket
# is there for its group `libvirt`.
set -uo pipefail
here=$(dirname "$(realpath "$0")")
skip() { echo "skipped: $1"; exit 77; }
[ "$(id -u)" = 0 ] || skip "namespaces need root"
for program in ip unshare nsenter sshd sudo python3; do
  PATH=$PATH:/usr/sbin command -v $program >/dev/null || skip "no $program"
done
ip netns add reops-probe$$ 2>/dev/null && ip netns del reops-probe$$ || skip "no network namespaces"

X=rl$$
D=$(mktemp -d -t reops-lan.XXXXXX)
NIC=
cleanup() {
  "$D/iron-off" 2>/dev/null
  [ -z "$NIC" ] || kill "$NIC" 2>/dev/null
  for name in ctl gw iron hub; do ip netns del $X$name 2>/dev/null; done
  rm -rf "$D"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

for name in ctl gw iron hub; do
  ip netns add $X$name
  ip -n $X$name link set lo up
done
ip -n ${X}hub link add br0 type bridge
ip -n ${X}hub addr add 10.91.0.250/24 broadcast 10.91.0.255 dev br0
ip -n ${X}hub link set br0 up
wire() {
  ip -n ${X}hub link add p$1 type veth peer name e0 netns $X$1
  ip -n ${X}hub link set p$1 master br0 up
  ip -n $X$1 addr add "$2/24" broadcast 10.91.0.255 dev e0
  ip -n $X$1 link set e0 up
}
wire ctl 10.91.0.2
wire gw 10.91.0.1
wire iron 10.91.0.9
ip -n ${X}iron link set e0 address 52:54:00:aa:bb:cc
ip -n ${X}ctl route add default via 10.91.0.1

ssh-keygen -q -t ed25519 -N '' -f "$D/id"
ssh-keygen -q -t ed25519 -N '' -C root@big-iron -f "$D/host"
ssh-keygen -q -t ed25519 -N '' -f "$D/other"
echo "10.91.0.9 $(cut -d' ' -f1,2 "$D/host.pub")" >"$D/known_hosts"
: >"$D/log"; : >"$D/config"
cat >"$D/sshd_config" <<C
ListenAddress 10.91.0.9
HostKey $D/host
AuthorizedKeysFile .ssh/authorized_keys
StrictModes no
UsePAM yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PidFile $D/sshd.pid
PrintMotd no
UseDNS no
Match User root
AuthorizedKeysFile $D/id.pub
C
cp -a /etc "$D/etc"
cp "$D/host.pub" "$D/etc/ssh/ssh_host_ed25519_key.pub"
mkdir -p "$D/home/me"
chmod 755 "$D" "$D/home"
sed -i "s|^root:.*|root:x:0:0:root:$D:/bin/sh|" "$D/etc/passwd"
echo "me:x:4710:4710::/home/me:/bin/sh" >>"$D/etc/passwd"
echo "me:*:19000:0:99999:7:::" >>"$D/etc/shadow"
echo "me:x:4710:" >>"$D/etc/group"
grep -q ^libvirt: "$D/etc/group" || echo "libvirt:x:4709:" >>"$D/etc/group"
echo "me ALL=(ALL) NOPASSWD: ALL" >"$D/etc/sudoers.d/me"
chmod 440 "$D/etc/sudoers.d/me"
chown 4710:4710 "$D/home/me"
cat >"$D/poweroff" <<C
#!/bin/sh
# the machine's own: notes that it was asked, and goes down a moment later
echo "power-off \$*" >>$D/log
(sleep 0.1; ip link set e0 down; kill \$(cat $D/sshd.pid)) >/dev/null 2>&1 &
C
cat >"$D/iron-off" <<C
#!/bin/sh
ip -n ${X}iron link set e0 down
[ ! -f $D/sshd.pid ] || kill \$(cat $D/sshd.pid) 2>/dev/null
C
cat >"$D/iron-on" <<C
#!/bin/sh
ip -n ${X}iron link set e0 up
ip netns exec ${X}iron unshare -m sh -c '
  mount -t tmpfs t /run && mkdir /run/sshd /run/libvirt && mount --bind $D/etc /etc &&
  mount --bind $D/home /home && mount --bind $D/poweroff /sbin/poweroff &&
  if [ -n "${REOPS_LIBVIRT_FOLDER:-}" ]; then
    mount --bind "${REOPS_LIBVIRT_FOLDER:-}/sock" /run/libvirt &&
    chgrp libvirt /run/libvirt/libvirt-sock && chmod 770 /run/libvirt/libvirt-sock
  fi &&
  exec /usr/sbin/sshd -f $D/sshd_config' </dev/null >/dev/null 2>&1
C
cat >"$D/iron-shell" <<C
#!/bin/sh
# fails while iron is off
exec nsenter -n -m -t "\$(cat $D/sshd.pid)" runuser -u me -- /bin/sh -c "cd && \$1"
C
cat >"$D/gw" <<C
#!/bin/sh
ip -n ${X}gw link set e0 "\$1"
C
chmod 755 "$D/poweroff" "$D/iron-off" "$D/iron-on" "$D/iron-shell" "$D/gw"
"$D/iron-on"
ip netns exec ${X}hub python3 "$here/wake_listener.py" 52:54:00:aa:bb:cc "$D/iron-on" "$D/log" &
NIC=$!
REOPS_LAN=$D ip netns exec ${X}ctl "$@"
