#!/usr/bin/env bash
# Starts and stops a container engine of our own for checks: engine.sh start DIR | stop DIR.
# Installs Debian's engine only where it is missing, we are root and CI=true. Prints the socket to use as DOCKER_HOST.
set -euo pipefail
verb=$1 dir=$2
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

case $verb in
  start)
    if ! command -v dockerd >/dev/null || ! command -v mmdebstrap >/dev/null; then
      if [ "$(id -u)" != 0 ] || [ "${CI:-}" != true ]; then
        echo "no container engine: install docker.io and mmdebstrap, or set CI=true as root" >&2
        exit 1
      fi
      apt-get update -qq >"$dir/apt.log" 2>&1
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io mmdebstrap >>"$dir/apt.log" 2>&1
    fi
    # No bridge and no firewall rules: containers of these checks use the host's network or none.
    dockerd --iptables=false --ip6tables=false --bridge=none --data-root "$dir/data" --exec-root "$dir/exec" \
      --pidfile "$dir/pid" -H "unix://$dir/docker.sock" >"$dir/log" 2>&1 &
    for _ in $(seq 100); do
      [ -S "$dir/docker.sock" ] && DOCKER_HOST=unix://$dir/docker.sock docker version >/dev/null 2>&1 && break
      sleep 0.2
    done
    [ -S "$dir/docker.sock" ] || { tail -n 20 "$dir/log" >&2; exit 1; }
    echo "unix://$dir/docker.sock"
    ;;
  stop)
    [ -f "$dir/pid" ] || exit 0
    pid=$(cat "$dir/pid")
    kill "$pid" 2>/dev/null || exit 0
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || exit 0; sleep 0.2; done
    kill -9 "$pid"
    ;;
  *)
    echo "usage: engine.sh start|stop DIR" >&2
    exit 2
    ;;
esac
