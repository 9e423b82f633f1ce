package recipe

import (
	"context"
	"errors"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A Work is a data set with what can be learned of it. There is a kind of work for each application: telling classes apart and
// predicting numbers here, see [Supervise]; others in the packages below this one.
type Work interface {
	// Sets returns the examples; nil if the work was made of what a run kept, without its data.
	Sets() *Sets

	// Begin makes the model that a recipe names, with its first weights, and says what it learns.
	Begin(r *Recipe) (*Job, error)

	// Kept is what a run's folder keeps so that the model can be used without the data, as a value for JSON.
	Kept() any
}

// Sets are the examples of a work, split and ready.
type Sets struct {
	Train      data.Set
	Validation data.Set // nil: none
	Test       data.Set
	Unit       string       // what they are: "pictures"
	Batch      int          // examples in a batch of training
	Evaluated  int          // examples that are evaluated at once after an epoch; those of train.Config if 0
	Batcher    data.Batcher // of training batches that are not all of that size; nil: they are
	Files      []string     // that were read; those in the program as sample.Paths has them
	Note       string       // what else is to be known of them: "12 copies were left out"

	// Original returns an example of the test set as people know it; nil: they are shown what the model is given.
	Original func(i int) Original
}

// A Job is a model and what it learns of a work. Functions that are nil are things that it does not do.
type Job struct {
	train.Task                 // with the model in it
	Metrics    []metric.Metric // of the validation set, besides the loss, from what Loss predicts
	Examples   model.Examples  // what the model takes and gives, if it is a layer
	Classes    []string        // that it tells apart; nil if it does something else
	OneLogit   bool            // Loss predicts two classes as the logit [n] of the second
	Callback   train.Callback  // hears of the run; may be nil
	First      *Stage          // what is learned before; nil: nothing

	// Sides are the models of a game: of the task's loss, and of each of its players, whose optimizers the recipe then makes.
	// nil: the loss trains the whole model.
	Sides []any

	// Test computes the loss and the metrics of the model on the test set.
	Test func(ctx context.Context) (train.Values, error)

	// Predict answers a question. An empty one is about some examples of the test set, where there is one, or asks for
	// samples of what the model makes.
	Predict func(ctx context.Context, q Question) ([]Prediction, error)

	// Examine says what the model makes of every example of the test set.
	Examine func(ctx context.Context) (*Examination, error)

	// Scaled says that numbers are measured less their column's mean and over its deviation, and not in their unit.
	Scaled bool

	// Outputs returns what the model says of each example of a set, in order: the probabilities of the classes [n c], or
	// the numbers [n k] in their unit.
	Outputs func(ctx context.Context, set data.Set) (*tensor.Tensor, error)

	// Samples is how many a page of the run shows of what the model makes, if one takes long; as many as of anything else if 0.
	Samples int

	// Writer writes texts with the model.
	Writer *Writer

	// Confuse tests the model again and says which classes it takes for which.
	Confuse func(ctx context.Context) (*metric.Confusion, error)
}

// ErrNoData is what Predict returns of an empty question if it needs the examples, and the work has none.
var ErrNoData = errors.New("the model is asked about examples of its test set, and the data was not read")

// A Question is what a model is asked: about a file, about a text, or neither; see [Job].
type Question struct {
	File string
	Text string
	Most int    // predictions of an empty question; some if 0
	Seed uint64 // of what is drawn
	Run  string // the run's folder, which [Saved.Ask] fills in
}

// A Prediction is what a model says of one input, or makes.
type Prediction struct {
	Task    string    `json:"task,omitempty"`    // what is answered, of a model that answers several things of one input
	Input   string    `json:"input"`             // the file, with the number of the row or line if it has several
	Classes []Score   `json:"classes,omitempty"` // the likeliest first; nil if classes are not what is predicted
	Value   float64   `json:"value"`             // a number that is predicted; of classes the probability of the first; see [Prediction.HasValue]
	Numbers []float64 `json:"numbers,omitempty"` // all that are predicted, if there are several
	Text    string    `json:"text,omitempty"`    // what is answered in words
	Found   []Found   `json:"found,omitempty"`   // things in a picture
	Want    string    `json:"want,omitempty"`    // the target, where it is known
	Made    []Made    `json:"-"`                 // pictures, sounds and the like to look at
	Row     []Cell    `json:"-"`                 // the row of a table that is asked about
	Read    string    `json:"-"`                 // the whole text that is asked about, where Input only names it
	Wrong   string    `json:"-"`                 // how far the answer is from right, where that says more than Want and what is drawn of it says the rest
}

// About returns what the prediction is about: the input, behind the task if there are several.
func (p Prediction) About() string {
	if p.Task == "" {
		return p.Input
	}
	return p.Task + ", " + p.Input
}

// A Score is a class with its probability.
type Score struct {
	Class       string  `json:"class"`
	Probability float64 `json:"probability"`
}

// Made is a file that a model made: "melody.mid", "samples.png".
type Made struct {
	Name string
	Data []byte
}
