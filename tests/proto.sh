#!/bin/sh
# proto.sh - the protos keep buf's rules of names, packages and comments.
#
# buf runs where build/npm has it (make build/npm/installed). It is given what
# protoc makes of the protos, so that it needs no registry for google/api.
set -u
cd "$(dirname "$0")/.." || exit 1
buf=build/npm/node_modules/.bin/buf
google=/usr/share/gocode/src/github.com/gogo/googleapis

if ! "$buf" --version >/dev/null 2>&1; then
    echo "skipped: buf does not run under build/npm"
    exit 0
fi
image=$(mktemp --suffix=.binpb) || exit 1
trap 'rm -f "$image"' EXIT
fail() { echo "not ok $1"; exit 1; }

protoc -Iproto -I"$google" -I/usr/include --include_imports --include_source_info \
    -o "$image" proto/wellgate/*/v1/*.proto || fail "protoc reads the protos"
"$buf" lint "$image" --config proto/buf.yaml || fail "buf likes the protos"
echo "ok buf likes the protos"
