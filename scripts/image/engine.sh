#!/usr/bin/env bash
# Starts and stops a container engine of our own for checks: engine.sh start DIR | stop DIR. `stop` deletes what is in DIR.
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
      if [ -S "$dir/docker.sock" ] && DOCKER_HOST=unix://$dir/docker.sock docker version >/dev/null 2>&1; then
        echo "unix://$dir/docker.sock"
        exit 0
      fi
      sleep 0.2
    done
    tail -n 20 "$dir/log" >&2
    "$0" stop "$dir"
    exit 1
    ;;
  stop)
    # The engine stops its containers, which takes 10 s each, side by side; then its containerd.
    for file in "$dir/pid" "$dir/exec/containerd/containerd.pid"; do
      pid=$(cat "$file" 2>/dev/null) || continue
      kill "$pid" 2>/dev/null || continue
      for _ in $(seq 150); do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
      kill -9 "$pid" 2>/dev/null || true
    done
    # An engine that was killed leaves its containers running and its layers mounted.
    for shim in $(pgrep -f -- "-address $dir/exec/containerd/containerd.sock"); do
      pkill -KILL -P "$shim" || true
      kill -9 "$shim" 2>/dev/null || true
    done
    awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mounted; do umount "$mounted"; done
    rm -rf --one-file-system "$dir/data" "$dir/exec" "$dir/pid" "$dir/docker.sock"
    ;;
  *)
    echo "usage: engine.sh start|stop DIR" >&2
    exit 2
    ;;
esac
