#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# demo-as-user.sh CHECKOUT: `make demo` by a user who can do nothing special, in a copy of CHECKOUT
# with its release build. The user, the copy and what the demo started are gone afterwards.
set -euo pipefail
checkout=$1
[ "$(id -u)" = 0 ] || { echo "SKIP: only root can make a user"; exit 77; }
user=reops-ci-$$
home=$(mktemp -d -t reops-ci.XXXXXX)
# shellcheck disable=SC2317 # called by the trap
end() {
    pkill -KILL -u "$user" 2>/dev/null || true
    userdel "$user" 2>/dev/null || true
    rm -rf "$home"
}
trap end EXIT
trap 'exit 130' INT TERM HUP

useradd --no-create-home --home-dir "$home" --shell /bin/bash "$user"
mkdir "$home/reops"
cd "$checkout"
git -c safe.directory="$checkout" ls-files -z | xargs -0 cp --parents -Pt "$home/reops"
mkdir -p "$home/reops/build/release"
find build/release -maxdepth 1 -type f -perm -u+x -name 'reops*' -exec cp -t "$home/reops/build/release" {} +
chown -R "$user:" "$home"
chmod 700 "$home"

status=0
runuser -u "$user" -- env -i HOME="$home" USER="$user" PATH=/usr/local/bin:/usr/bin:/bin TERM=dumb \
    LC_ALL=C.UTF-8 make -C "$home/reops" demo BUILD=no || status=$?
if left=$(pgrep -u "$user" -a); then
    echo "demo-as-user: still running after the demo: $left"
    status=1
fi
exit $status
