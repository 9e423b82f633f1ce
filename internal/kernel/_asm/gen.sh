#!/bin/sh
# Writes the assembly of every family, or of those named, and its declarations in Go, into the package:
# x_amd64.s and xstubs_amd64.go, and the same for arm64.
set -e
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -r "$tmp"' EXIT
go build -o "$tmp/asm" .
for arch in amd64 arm64; do
	flag=
	[ $arch = amd64 ] || flag="-arch $arch"
	of=$("$tmp/asm" $flag -list)
	for family in ${*:-$of}; do
		case " $(echo $of) " in *" $family "*) ;; *) continue ;; esac
		s=${family}_$arch.s stubs=${family}stubs_$arch.go
		(cd "$tmp" && ./asm $flag -family "$family" -pkg kernel -out "$s" -stubs "$stubs")
		mv "$tmp/$s" "$tmp/$stubs" ..
	done
done
