package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
)

type chatOptions struct {
	dir      string
	steps    int
	seed     uint64
	sampling generate.Config
}

func chatCommand(a *app) *cobra.Command {
	var o chatOptions
	c := &cobra.Command{
		Use: "chat --run RUN", Short: "Talk to the model of a run",
		Long: "Talk to the model of a run whose recipe learns conversations, line by line. What was said before is given to the model as far\n" +
			"as it fits into what it can see at once. /new forgets it, /quit or the end of the input ends the conversation, and Ctrl-C\n" +
			"stops an answer. If the input is no terminal, each line of it is a question, and each answer a line.",
		Example: "  jimu chat --run runs/chat\n  echo 'Hello' | jimu chat --run runs/chat --temperature 0",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.chat(c.Context(), c.InOrStdin(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.dir, "run", "", "the run's `folder`; the newest below runs if not given")
	f.IntVar(&o.steps, "steps", 128, "how many tokens an answer may have at most")
	f.Float64Var(&o.sampling.Temperature, "temperature", 0.5, "of the draw: above 1 evener, below surer, 0 the likeliest")
	f.IntVar(&o.sampling.TopK, "top-k", 40, "draw from the `K` likeliest tokens; from all if 0")
	f.Float64Var(&o.sampling.TopP, "top-p", 0, "draw from the likeliest tokens of that `probability` together; from all if 0")
	f.Float64Var(&o.sampling.RepetitionPenalty, "repetition-penalty", 0, "make tokens less likely that were there: a `factor` such as 1.1; not if 0")
	f.Uint64Var(&o.seed, "seed", 1, "of the draws")
	a.threadsFlag(c, "processors to use; all if not given")
	return c
}

// A talk is a conversation under way.
type talk struct {
	*app
	writer *recipe.Writer
	config generate.Config
	said   []string // in turn, the user first
	tty    bool
	stops  chan os.Signal
}

func (a *app) chat(ctx context.Context, in io.Reader, o chatOptions) error {
	if err := (&generateOptions{sampling: o.sampling}).misused(); err != nil {
		return err
	}
	if o.steps < 1 {
		return misusef("--steps is %d; want 1 or more", o.steps)
	}
	s, err := a.openRun(o.dir)
	if err != nil {
		return err
	}
	w := s.Job.Writer
	if w == nil || w.Turns == nil {
		return misusef("the model of %s holds no conversations; train one with: %s train chat", s.Dir, self())
	}
	t := &talk{app: a, writer: w, config: o.sampling, stops: make(chan os.Signal, 1)}
	t.config.Most, t.config.Key = o.steps, rng.KeyOf(o.seed).Child("chat")
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		t.tty = true
		signal.Notify(t.stops, os.Interrupt)
		defer signal.Stop(t.stops)
		ctx = context.WithoutCancel(ctx) // an interrupt stops an answer, not the conversation
	}
	fmt.Fprintf(a.err, "%s, %s parameters: a small model, which has read little. It answers in the manner of what it was trained on, and knows next to nothing.\n",
		s.Recipe.Model.Name, count(nn.Count(nn.Params(w.Model))))
	if t.tty {
		fmt.Fprintln(a.err, "Ctrl-C stops an answer, /new forgets what was said, /quit ends.")
	}
	return t.run(ctx, in)
}

// longestQuestion is how much may be said at once, in bytes.
const longestQuestion = 1 << 20

// run answers line by line.
func (t *talk) run(ctx context.Context, in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestQuestion)
	for {
		if t.tty {
			fmt.Fprint(t.out, "> ")
		}
		if !lines.Scan() || ctx.Err() != nil {
			break
		}
		switch line := strings.TrimSpace(lines.Text()); line {
		case "":
		case "/quit", "/exit":
			return nil
		case "/new":
			t.said = nil
		default:
			if err := t.answer(ctx, line); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("what you said: %w", err)
	}
	return ctx.Err()
}

// answer writes the answer to a question as it comes.
func (t *talk) answer(ctx context.Context, asked string) error {
	prompt, err := t.writer.Turns(append(t.said, asked))
	if err != nil {
		fmt.Fprintln(t.err, "jimu:", err)
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan struct{})
	defer close(done)
	for len(t.stops) > 0 { // a Ctrl-C from before the question
		<-t.stops
	}
	go func() {
		select {
		case <-t.stops:
			stop()
		case <-done:
		}
	}()
	c, text := t.config, t.writer.Tokens.Stream(true)
	c.Key = c.Key.At(uint64(len(t.said)))
	var answer strings.Builder
	say := func(s string) {
		answer.WriteString(s)
		fmt.Fprint(t.out, s)
	}
	for made, err := range t.writer.Next(ctx, prompt, c) {
		if errors.Is(err, context.Canceled) && t.tty {
			break
		}
		if err != nil {
			return err
		}
		if !made.Stop {
			say(text.Next(made.ID))
		}
	}
	say(text.Rest())
	fmt.Fprintln(t.out)
	t.said = append(t.said, asked, answer.String())
	return nil
}
