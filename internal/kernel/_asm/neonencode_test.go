package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What llvm-mc 14 makes of one instruction of each form, with registers that differ in every bit.
func TestWords(t *testing.T) {
	const d, n, m = 1, 18, 28
	for _, c := range []struct{ line, want string }{
		{threeLine("fadd", d, n, m), "0x4e3cd641"},       // fadd v1.4s, v18.4s, v28.4s
		{threeLine("fsub", d, n, m), "0x4ebcd641"},       // fsub v1.4s, v18.4s, v28.4s
		{threeLine("fmul", d, n, m), "0x6e3cde41"},       // fmul v1.4s, v18.4s, v28.4s
		{threeLine("fdiv", d, n, m), "0x6e3cfe41"},       // fdiv v1.4s, v18.4s, v28.4s
		{threeLine("fmax", d, n, m), "0x4e3cf641"},       // fmax v1.4s, v18.4s, v28.4s
		{threeLine("fmin", d, n, m), "0x4ebcf641"},       // fmin v1.4s, v18.4s, v28.4s
		{threeLine("fcmeq", d, n, m), "0x4e3ce641"},      // fcmeq v1.4s, v18.4s, v28.4s
		{threeLine("fcmge", d, n, m), "0x6e3ce641"},      // fcmge v1.4s, v18.4s, v28.4s
		{threeLine("fcmgt", d, n, m), "0x6ebce641"},      // fcmgt v1.4s, v18.4s, v28.4s
		{threeLine("cmhi", d, n, m), "0x6ebc3641"},       // cmhi v1.4s, v18.4s, v28.4s
		{threeLine("bic", d, n, m), "0x4e7c1e41"},        // bic v1.16b, v18.16b, v28.16b
		{twoLine("frintn", d, n), "0x4e218a41"},          // frintn v1.4s, v18.4s
		{twoLine("fcvtns", d, n), "0x4e21aa41"},          // fcvtns v1.4s, v18.4s
		{twoLine("fcvtzs", d, n), "0x4ea1ba41"},          // fcvtzs v1.4s, v18.4s
		{twoLine("scvtf", d, n), "0x4e21da41"},           // scvtf v1.4s, v18.4s
		{twoLine("fsqrt", d, n), "0x6ea1fa41"},           // fsqrt v1.4s, v18.4s
		{twoLine("fneg", d, n), "0x6ea0fa41"},            // fneg v1.4s, v18.4s
		{twoLine("fcmeq0", d, n), "0x4ea0da41"},          // fcmeq v1.4s, v18.4s, #0.0
		{twoLine("fcmge0", d, n), "0x6ea0ca41"},          // fcmge v1.4s, v18.4s, #0.0
		{twoLine("fcmgt0", d, n), "0x4ea0ca41"},          // fcmgt v1.4s, v18.4s, #0.0
		{twoLine("fcmle0", d, n), "0x6ea0da41"},          // fcmle v1.4s, v18.4s, #0.0
		{twoLine("fcmlt0", d, n), "0x4ea0ea41"},          // fcmlt v1.4s, v18.4s, #0.0
		{shiftLine("sshr", d, n, 1), "0x4f3f0641"},       // sshr v1.4s, v18.4s, #1
		{shiftLine("sshr", d, n, 23), "0x4f290641"},      // sshr v1.4s, v18.4s, #23
		{shiftLine("sshr", d, n, 31), "0x4f210641"},      // sshr v1.4s, v18.4s, #31
		{byElementLine(d, n, m, 0), "0x4f9c1241"},        // fmla v1.4s, v18.4s, v28.s[0]
		{byElementLine(d, n, m, 1), "0x4fbc1241"},        // fmla v1.4s, v18.4s, v28.s[1]
		{byElementLine(d, n, m, 2), "0x4f9c1a41"},        // fmla v1.4s, v18.4s, v28.s[2]
		{byElementLine(d, n, m, 3), "0x4fbc1a41"},        // fmla v1.4s, v18.4s, v28.s[3]
		{longMultiplyLine(false, d, n, m), "0x2ebcc241"}, // umull v1.2d, v18.2s, v28.2s
		{longMultiplyLine(true, d, n, m), "0x6ebcc241"},  // umull2 v1.2d, v18.4s, v28.4s
		{narrowLine("fcvtl", d, n), "0x0e217a41"},        // fcvtl v1.4s, v18.4h
		{narrowLine("fcvtn", d, n), "0x0e216a41"},        // fcvtn v1.4h, v18.4s
		{narrowLine("shll", d, n), "0x2e613a41"},         // shll v1.4s, v18.4h, #16
		{narrowLine("xtn", d, n), "0x0e612a41"},          // xtn v1.4h, v18.4s
	} {
		if got, _, _ := strings.Cut(c.line, " // "); got != "WORD $"+c.want {
			t.Errorf("%s, want %s", c.line, c.want)
		}
	}
}

// TestWordsOfFiles has llvm-mc assemble what the comments of the generated files say.
func TestWordsOfFiles(t *testing.T) {
	if _, err := exec.LookPath("llvm-mc"); err != nil {
		t.Skip("no llvm-mc")
	}
	files, _ := filepath.Glob("../*_arm64.s")
	want := map[string]string{}
	line := regexp.MustCompile(`WORD \$0x([0-9a-f]{8})\s*// (.*)`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range line.FindAllStringSubmatch(string(text), -1) {
			want[m[2]] = m[1]
		}
	}
	var source strings.Builder
	var order []string
	for text := range want {
		order = append(order, text)
		fmt.Fprintln(&source, text)
	}
	cmd := exec.Command("llvm-mc", "-triple=aarch64", "-show-encoding")
	cmd.Stdin = strings.NewReader(source.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	encodings := regexp.MustCompile(`encoding: \[0x(..),0x(..),0x(..),0x(..)\]`).FindAllStringSubmatch(string(out), -1)
	if len(encodings) != len(order) {
		t.Fatalf("%d of %d instructions", len(encodings), len(order))
	}
	for i, e := range encodings {
		if got := e[4] + e[3] + e[2] + e[1]; got != want[order[i]] {
			t.Errorf("%s is %s, but the files say %s", order[i], got, want[order[i]])
		}
	}
	t.Logf("%d instructions in %d files", len(order), len(files))
}
