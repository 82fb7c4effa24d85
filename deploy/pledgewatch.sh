#!/bin/sh
# The command line with the rights, the configuration and the secrets of the service. Install it as
# /usr/local/bin/pledgewatch: docs/operations.md.
set -eu
if [ "$(id -un)" != pledgewatch ]; then
    exec sudo -u pledgewatch -- "$0" "$@"
fi
if [ -r /etc/pledgewatch/secrets.env ]; then
    set -a
    . /etc/pledgewatch/secrets.env
    set +a
fi
exec /opt/pledgewatch/.venv/bin/pledgewatch --config /etc/pledgewatch/config.toml "$@"
