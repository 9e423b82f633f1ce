// Command asm writes the assembly of package kernel: one file for each family of kernels, with avo.
//
//	go run . -family gemm -out ../gemm_amd64.s -stubs ../gemmstubs_amd64.go -pkg kernel
//
// A family is a file here with a function that emits its kernels, and a line in [families]. gen.sh writes all.
// This is a module of its own, so that nobody who uses Jimu depends on avo.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/mmcloughlin/avo/build"
)

// families are the functions that emit the kernels for amd64, by the name of the file without _amd64.s.
var families = map[string]func(){
	"gemm": gemm,
}

var arch = flag.String("arch", "amd64", "for which architecture: amd64 or arm64")

func main() {
	family := flag.String("family", "", "which kernels to write")
	list := flag.Bool("list", false, "print the names of the families")
	flag.Parse()
	of := families
	if *arch == "arm64" {
		of = neonFamilies
	}
	if *list {
		for _, name := range slices.Sorted(maps.Keys(of)) {
			fmt.Println(name)
		}
		return
	}
	emit, ok := of[*family]
	if !ok {
		fmt.Fprintf(os.Stderr, "asm: no family %q\n", *family)
		os.Exit(2)
	}
	emit()
	if *arch == "arm64" {
		if err := arm.generate(); err != nil {
			fmt.Fprintln(os.Stderr, "asm:", err)
			os.Exit(1)
		}
		return
	}
	build.Generate() // the flags -out and -stubs are avo's
}
