// Jimu trains, tests and asks models from the command line: the door to the packages of this module.
//
// Every subcommand is thin: flags to an options struct to a call of a package that anybody can make from Go. The exit code
// is 0 if all went well, 1 if something failed, 2 if the command was misused, and 130 if a signal stopped a run, which is
// then saved.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/recipe"
	_ "github.com/jimu-ml/jimu/recipe/all" // every application
	"github.com/jimu-ml/jimu/tensor"
)

// The exit codes.
const (
	failed      = 1
	misused     = 2
	interrupted = 130
)

// subcommands makes the commands, one a file. One row adds one.
var subcommands = []func(*app) *cobra.Command{
	trainCommand, tuneCommand, ensembleCommand, evalCommand, predictCommand, reportCommand, generateCommand, chatCommand, runCommand, listCommand, summaryCommand, inspectCommand, convertCommand, exportCommand, tokenizeCommand, doctorCommand, benchCommand, versionCommand,
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// An app is one call of the command.
type app struct {
	out, err io.Writer
	begun    bool // whether a subcommand took over: what fails before is misuse
	threads  int
	hinted   bool // that what a model made can be written
}

// run runs the command and returns its exit code.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	out := &checked{w: stdout}
	a := &app{out: out, err: stderr}
	err := a.root(args).ExecuteContext(ctx)
	if lost := out.lost(); lost != nil && (err == nil || errors.Is(err, out.err)) {
		fmt.Fprintf(stderr, "jimu: %v\n", lost)
		return failed
	}
	if err == nil {
		return 0
	}
	text := err.Error()
	if !a.begun {
		text = a.misread(text, args)
	}
	fmt.Fprintln(stderr, "jimu: "+text)
	return a.code(ctx, err)
}

// misread puts the message of a command line that was not understood into one sentence with a remedy.
func (a *app) misread(text string, args []string) string {
	text, _, _ = strings.Cut(text, "\n")
	text, _, _ = strings.Cut(text, ": strconv.")
	if !strings.HasPrefix(text, "unknown command") {
		return text + "; jimu --help tells more"
	}
	var names []string
	for _, c := range a.root(nil).Commands() {
		names = append(names, c.Name())
	}
	if n := recipe.Nearest(args[0], names); n != "" {
		return fmt.Sprintf("no command %q; did you mean %s?", args[0], n)
	}
	return fmt.Sprintf("no command %q; there are %s", args[0], strings.Join(names, ", "))
}

// root returns the command with its subcommands.
func (a *app) root(args []string) *cobra.Command {
	root := &cobra.Command{
		Use: "jimu", Short: "Train, test and ask neural networks",
		Long: "Jimu (积木) trains, tests and asks neural networks. A run is described by a recipe, a JSON document.\n" +
			"Begin with: jimu train fashion",
		SilenceErrors: true, SilenceUsage: true,
	}
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.err)
	for _, make := range subcommands {
		root.AddCommand(a.guard(make(a)))
	}
	root.SetHelpCommand(a.guard(helpCommand(a)))
	return root
}

// guard makes misuse of tensors in a subcommand an error, and notes that it has begun.
func (a *app) guard(c *cobra.Command) *cobra.Command {
	body := c.RunE
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		a.begun = true
		if e := a.setThreads(c); e != nil {
			return e
		}
		if e := tensor.Catch(func() { err = body(c, args) }); e != nil {
			return e
		}
		return err
	}
	return c
}

// code returns the exit code of an error.
func (a *app) code(ctx context.Context, err error) int {
	var mistake *recipe.Error
	var misuse misuse
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return interrupted
	case !a.begun, errors.As(err, &mistake), errors.As(err, &misuse):
		return misused
	}
	return failed
}

// A misuse is an error of whoever typed the command.
type misuse string

func (m misuse) Error() string { return string(m) }

func misusef(format string, args ...any) error { return misuse(fmt.Sprintf(format, args...)) }

// counts reports flags that were given and are below 1. They are 0 where nothing is said, so that nobody may say 0.
func counts(c *cobra.Command, names ...string) error {
	for _, name := range names {
		if n, err := c.Flags().GetInt(name); err == nil && n < 1 && c.Flags().Changed(name) {
			return misusef("--%s is %d; want 1 or more", name, n)
		}
	}
	return nil
}

// threadsFlag gives a command the flag --threads.
func (a *app) threadsFlag(c *cobra.Command, what string) {
	c.Flags().IntVar(&a.threads, "threads", 0, what)
}

func (a *app) setThreads(c *cobra.Command) error {
	if f := c.Flags().Lookup("threads"); f == nil || !f.Changed {
		return nil
	}
	if a.threads < 1 {
		return misusef("--threads is %d; want 1 or more", a.threads)
	}
	useThreads(a.threads)
	return nil
}

// useThreads makes the program use so many processors.
func useThreads(n int) {
	runtime.GOMAXPROCS(n)
	parallel.SetThreads(n)
}
