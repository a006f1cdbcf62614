#!/usr/bin/env bash
# The browser tests need Chromium. Where this may install it (root on Debian or Ubuntu), it does; else it says how.
set -euo pipefail
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "Installing Chromium for the browser tests ..."
    mkdir -p var/log
    { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; } > var/log/chromium.log 2>&1 ||
        { tail -5 var/log/chromium.log; exit 1; }
else
    echo "The browser tests need Chromium. On Debian: sudo apt-get install chromium. On Fedora: sudo dnf install chromium."
    exit 1
fi
