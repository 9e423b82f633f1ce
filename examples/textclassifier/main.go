// Textclassifier tells spam from other short messages: compile, fit, evaluate and predict, on real text.
//
//	go run ./examples/textclassifier
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// What the article leaves undefined.
const (
	words  = 4000 // of the vocabulary
	length = 60   // words of a message that are read
	width  = 16   // of the vector of a word
	held   = 1000 // messages held out
)

func main() {
	if _, err := run(context.Background(), os.Stdout, false); err != nil {
		log.Fatal(err)
	}
}

// run trains and returns the share of the messages held out that are told right.
func run(ctx context.Context, out io.Writer, padded bool) (float64, error) {
	texts, labels, err := messages()
	if err != nil {
		return 0, err
	}
	v := text.NewVocabulary(texts[held:], text.Options{Size: words}) // of the messages to learn from only
	test, err := set(v, texts[:held], labels[:held])
	if err != nil {
		return 0, err
	}
	learn, err := set(v, texts[held:], labels[held:])
	if err != nil {
		return 0, err
	}

	m := newClassifier(rng.New(1), v.Len(), width)
	m.padded = padded
	model := train.Compile(m, optim.Adam{LR: 0.01}, objective.Func(objective.BinaryCrossEntropy), &metric.Accuracy{})
	if _, err := model.Fit(ctx, learn, train.Config{Epochs: 10, BatchSize: 64, Seed: 1}); err != nil {
		return 0, err
	}
	values, err := model.Evaluate(ctx, test)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(out, "%d messages to learn from, %d held out: loss %.3f, accuracy %.1f %% (to call none spam has %.1f %%)\n",
		learn.Len(), test.Len(), values["loss"], 100*values["accuracy"], 100*(1-test.Y.Cast(m.Out.Bias.Value.DType()).Mean().Item()))

	// The last shows what a bag of words cannot tell.
	news := []string{"WINNER!! Call now to claim your free prize", "ok, see you at home then", "Free for a call tonight?"}
	ids, _ := v.Batch(news, length)
	logits, err := model.Predict(ctx, ids)
	if err != nil {
		return 0, err
	}
	for i, p := range op.Sigmoid(logits).Floats() {
		fmt.Fprintf(out, "%5.1f %% spam: %s\n", 100*p, news[i])
	}
	return values["accuracy"], nil
}

// messages returns the messages in random order, each once: a copy of a message held out must not be learned from.
func messages() (texts []string, labels []int64, err error) {
	all, spam, err := sample.Spam()
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	for _, i := range rng.KeyOf(1).Perm(len(all)) {
		if s := text.Normalize(all[i]); !seen[s] {
			seen[s] = true
			texts, labels = append(texts, all[i]), append(labels, spam[i])
		}
	}
	return texts, labels, nil
}

func set(v *text.Vocabulary, texts []string, labels []int64) (*data.Tensors, error) {
	ids, _ := v.Batch(texts, length)
	return data.NewTensors(ids, tensor.Of(labels))
}
