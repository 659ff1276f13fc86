#!/usr/bin/env bash
# Builds a stand-in for node:24-bookworm-slim from Debian packages and npm's node-linux packages, for machines that reach no image
# registry: base.sh amd64|arm64 TAG. The host's CA bundle is in the stand-in only, so that the product's Dockerfile needs none.
set -euo pipefail
arch=$1 tag=$2
node_version=24.21.0
case $arch in amd64) cpu=x64 ;; arm64) cpu=arm64 ;; *) echo "unknown architecture $arch; amd64 or arm64" >&2; exit 2 ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mmdebstrap --quiet --mode=root --variant=extract --architectures="$arch" \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
  --include=base-files,bash,dash,coreutils,libc-bin,libc6,libstdc++6,libgcc-s1,tzdata,openssl,sed,grep,findutils,tar,gzip,mawk,netbase \
  bookworm "$work/root"
(cd "$work" && npm pack --silent "node-linux-$cpu@$node_version" npm@11.21.2 >/dev/null)
root=$work/root
mkdir -p "$work/node" "$root/usr/local/bin" "$root/usr/local/lib/node_modules/npm" "$root/home/node" "$root/etc/ssl/certs"
tar -xzf "$work/node-linux-$cpu-$node_version.tgz" -C "$work/node"
cp "$work/node/package/bin/node" "$root/usr/local/bin/node"
tar -xzf "$work/npm-11.21.2.tgz" -C "$root/usr/local/lib/node_modules/npm" --strip-components=1
ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
ln -sf mawk "$root/usr/bin/awk"
printf 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\nnode:x:1000:1000::/home/node:/bin/bash\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\nnode:x:1000:\n' >"$root/etc/group"
chown 1000:1000 "$root/home/node"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
tar -C "$root" --exclude=./dev/* -cf "$work/root.tar" .
cat >"$work/Dockerfile" <<'DOCKERFILE'
FROM scratch
ADD root.tar /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
DOCKERFILE
mkdir "$work/context"
mv "$work/root.tar" "$work/Dockerfile" "$work/context/"
"${CDK_DOCKER:-docker}" build --quiet --platform "linux/$arch" -t "$tag" "$work/context" >/dev/null
