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

// families are the functions that emit the kernels, by the name of the file without _amd64.s.
var families = map[string]func(){
	"gemm": gemm,
}

func main() {
	family := flag.String("family", "", "which kernels to write")
	list := flag.Bool("list", false, "print the names of the families")
	flag.Parse()
	if *list {
		for _, name := range slices.Sorted(maps.Keys(families)) {
			fmt.Println(name)
		}
		return
	}
	emit, ok := families[*family]
	if !ok {
		fmt.Fprintf(os.Stderr, "asm: no family %q\n", *family)
		os.Exit(2)
	}
	emit()
	build.Generate() // the flags -out and -stubs are avo's
}
