#!/bin/sh
# Writes the assembly of every family, or of those named, and its declarations in Go, into the package:
# x_amd64.s and xstubs_amd64.go.
set -e
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -r "$tmp"' EXIT
go build -o "$tmp/asm" .
for family in ${*:-$("$tmp/asm" -list)}; do
	s=${family}_amd64.s stubs=${family}stubs_amd64.go
	(cd "$tmp" && ./asm -family "$family" -pkg kernel -out "$s" -stubs "$stubs")
	mv "$tmp/$s" "$tmp/$stubs" ..
done
