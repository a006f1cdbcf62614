#!/usr/bin/env bash
# The tests run real servers of their own. Where this may install them (root on Debian or Ubuntu), it does; else it says how.
set -euo pipefail
PATH=$PATH:/usr/sbin
missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || command -v initdb > /dev/null || missing+=(postgresql)
command -v redis-server > /dev/null || command -v valkey-server > /dev/null || missing+=(redis-server)
command -v nginx > /dev/null || missing+=(nginx)
[ ${#missing[@]} = 0 ] && exit

if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "Installing ${missing[*]} for the tests ..."
    mkdir -p var/log
    # Debian starts a server when it installs one. The tests start their own, so this machine gets none that it did not have.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        trap 'rm -f $policy' EXIT
        printf '#!/bin/sh\nexit 101\n' > $policy
        chmod +x $policy
    fi
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"; } \
        > var/log/servers.log 2>&1 || { tail -5 var/log/servers.log; exit 1; }
    # Nor after the next start of the machine.
    [ ! -d /run/systemd/system ] || systemctl disable --quiet "${missing[@]}"
else
    echo "The tests need ${missing[*]}. On Debian: sudo apt-get install ${missing[*]}; then, if you want none of them to run" \
        "by itself: sudo systemctl disable --now ${missing[*]}. On Fedora: postgresql-server, redis or valkey, nginx."
    exit 1
fi
