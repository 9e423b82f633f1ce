package recipe

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/model"
	_ "github.com/jimu-ml/jimu/model/all" // architectures by name
)

// A Choice is something that a recipe may name.
type Choice struct {
	Name  string
	About string   // one line
	Keys  []string // of its hyperparameters
}

// A Section is a part of a recipe with all that can stand there.
type Section struct {
	Name    string // "optimizer"
	Choices []Choice
}

// Parts returns all that a recipe can be made of.
func Parts() []Section {
	var all []Section
	for _, s := range []string{"data", "model", "objective", "optimizer", "schedule", "metrics", "augment"} {
		all = append(all, Section{s, choices(s)})
	}
	return all
}

// A row is a choice that makes a T of its hyperparameters. One row in a table adds one choice.
type row[T any] struct {
	name, about string
	config      any // the hyperparameters with their defaults
	build       func(path string, o object) (T, error)
}

// choose returns a row whose hyperparameters are the fields of C.
func choose[T, C any](name, about string, defaults C, build func(c C) (T, error)) row[T] {
	return row[T]{name, about, defaults, func(path string, o object) (t T, err error) {
		c := defaults
		if err := fill(&c, o, path); err != nil {
			return t, err
		}
		return build(c)
	}}
}

// find returns the row of that name.
func find[T any](rows []row[T], section, what, name string) (row[T], error) {
	i := slices.IndexFunc(rows, func(r row[T]) bool { return r.name == name })
	if i < 0 {
		return row[T]{}, noSuch(join(section, head(section)), what, name, namesOf(rows))
	}
	return rows[i], nil
}

func namesOf[T any](rows []row[T]) (names []string) {
	for _, r := range rows {
		names = append(names, r.name)
	}
	return names
}

func listed[T any](rows []row[T]) (list []Choice) {
	for _, r := range rows {
		list = append(list, Choice{r.name, r.about, keys(r.config)})
	}
	return list
}

// choices returns what can stand in a section.
func choices(section string) []Choice {
	switch section {
	case "data":
		return listed(datasets)
	case "objective":
		return listed(objectives)
	case "optimizer":
		return listed(optimizers)
	case "schedule":
		return listed(schedules)
	case "metrics":
		return listed(metrics)
	case "augment":
		return listed(augmentations)
	}
	var list []Choice
	for _, a := range model.List() {
		list = append(list, Choice{a.Name, a.About, keys(a.Config)})
	}
	return list
}

func names(section string) (names []string) {
	for _, c := range choices(section) {
		names = append(names, c.Name)
	}
	return names
}

// configKeys returns the hyperparameters of a choice, none if there is no such choice.
func configKeys(section, name string) []string {
	if a, _, ok := model.Find(name); ok && section == "model" {
		return keys(a.Config) // of a published size they are those of its family
	}
	for _, c := range choices(section) {
		if c.Name == name {
			return c.Keys
		}
	}
	return nil
}

// words are what the sections hold, for messages.
var words = map[string]string{
	"data": "data set", "model": "architecture", "objective": "objective", "optimizer": "optimizer", "schedule": "schedule", "metrics": "metric",
}

// check reports a name that does not exist, and keys and values that do not fit it.
func check(section, path string, p Part) error {
	known := names(section)
	_, _, published := model.Find(p.Name)
	if section == "model" && !published || section != "model" && !slices.Contains(known, p.Name) {
		return noSuch(join(path, head(section)), words[section], p.Name, known)
	}
	switch section {
	case "data":
		return verify(datasets, section, p)
	case "objective":
		return verify(objectives, section, p)
	case "optimizer":
		return verify(optimizers, section, p)
	case "schedule":
		return verify(schedules, section, p)
	case "metrics":
		return verify(metrics, section, p)
	}
	if a, _, ok := model.Find(p.Name); ok && a.Config != nil {
		c := reflect.New(reflect.TypeOf(a.Config))
		if err := fill(c.Interface(), p.Config, path); err != nil {
			return err
		}
		return checkSizes(c.Elem(), path)
	}
	return nil
}

// checkSizes reports a hyperparameter of a model that cannot be, whichever model it is: a dropout that leaves nothing, a layer of less
// than nothing in a list of layers.
func checkSizes(c reflect.Value, path string) error {
	for i := range c.NumField() {
		f, key := c.Field(i), keyOf(c.Type().Field(i))
		switch {
		case c.Type().Field(i).Anonymous:
			if err := checkSizes(f, path); err != nil {
				return err
			}
		case key == "":
		case f.Kind() == reflect.Float64 && strings.Contains(key, "dropout") && f.Float() >= 1:
			return errorf(join(path, key), "want a share below 1, not %v", f.Float())
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Int:
			for k := range f.Len() {
				if n := f.Index(k).Int(); n < 0 || n == 0 && (key == "hidden" || key == "channels") {
					return errorf(join(path, key), "want numbers of 1 or more, not %d", n)
				}
			}
		}
	}
	return nil
}

func verify[T any](rows []row[T], section string, p Part) error {
	_, err := build(rows, section, p)
	return err
}

// build makes what a part names.
func build[T any](rows []row[T], section string, p Part) (t T, err error) {
	r, err := find(rows, section, words[section], p.Name)
	if err != nil {
		return t, err
	}
	return r.build(section, p.Config)
}

// text returns the hyperparameters as a JSON object.
func (p Part) text() (json.RawMessage, error) {
	if len(p.Config) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(p.Config)
	if err != nil {
		return nil, fmt.Errorf("the hyperparameters of %s: %w", p.Name, err)
	}
	return text, nil
}
