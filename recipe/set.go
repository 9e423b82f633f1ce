package recipe

import (
	"encoding/json"
	"slices"
	"strings"
)

// Set changes the recipe as "optimizer.lr=0.01" says. The value is JSON; what is no JSON is a word, so that quotes can be
// left out. The name of a part may be set by the part alone: "model=mlp". A part that gets another name keeps the
// hyperparameters that the new one can take too, and loses the others.
func (r *Recipe) Set(assignment string) error {
	path, text, ok := strings.Cut(assignment, "=")
	if path = strings.TrimSpace(path); !ok || path == "" {
		return errorf("", "%q is no assignment; want key=value, such as optimizer.lr=0.01", assignment)
	}
	o, err := parseObject(r.Document())
	if err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	v := word(text)
	if err := r.put(o, path, v); err != nil {
		return err
	}
	changed, err := decode(o)
	if err != nil {
		if changed = r.worded(path, text, v); changed == nil {
			return err
		}
	}
	*r = *changed
	return nil
}

// worded returns the recipe with a number or a truth put there as a word, such as the name of a column that is a year; nil if it cannot
// stand there either.
func (r *Recipe) worded(path, text string, v any) *Recipe {
	switch v.(type) {
	case json.Number, bool:
	default:
		return nil
	}
	o, err := parseObject(r.Document())
	if err != nil || r.put(o, path, text) != nil {
		return nil
	}
	changed, err := decode(o)
	if err != nil {
		return nil
	}
	return changed
}

// word returns a value from a command line.
func word(text string) any {
	if o, err := parseObject([]byte(`{"v":` + text + `}`)); err == nil && len(o) == 1 {
		return o["v"]
	}
	return text
}

// Takes reports whether a recipe has a key, as its parts are: "model.channels" if its architecture has channels.
func (r *Recipe) Takes(path string) bool { return slices.Contains(r.paths(), path) }

// put sets the value at a path of the document.
func (r *Recipe) put(o object, path string, v any) error {
	steps := strings.Split(path, ".")
	section := steps[0]
	if !slices.Contains(sections, section) || len(steps) > 2 {
		return unknown(path, r.paths())
	}
	if len(steps) == 1 {
		if name, bare := v.(string); bare && isPart(section) {
			return rename(o, section, name)
		}
		o[section] = v
		return nil
	}
	key := steps[1]
	inside, _ := o[section].(object)
	if section == "start" && inside == nil {
		inside = object{}
		o[section] = inside
	}
	switch {
	case section == "metrics" || !isPart(section) && section != "train" && section != "start":
		return errorf(path, "%s has no keys of its own; set %s as a whole", section, section)
	case isPart(section) && key == head(section):
		name, ok := v.(string)
		if !ok {
			return errorf(path, "want a name, not %s", shown(v))
		}
		return rename(o, section, name)
	case inside == nil:
		return errorf(path, "the recipe has no %s yet; say %s=NAME first: %s", section, section, strings.Join(names(section), ", "))
	case !slices.Contains(r.paths(), path):
		return unknown(path, r.paths())
	}
	inside[key] = v
	return nil
}

// rename gives a part another name, and takes away the hyperparameters that the new one does not have.
func rename(o object, section, name string) error {
	old, _ := o[section].(object)
	fresh := object{head(section): name}
	if err := check(section, section, Part{Name: name}); err != nil {
		return err
	}
	for _, key := range configKeys(section, name) {
		v, there := old[key]
		if there && check(section, section, Part{Name: name, Config: object{key: v}}) == nil {
			fresh[key] = v
		}
	}
	o[section] = fresh
	return nil
}

// paths returns the paths of all keys that the recipe could have, as its parts are.
func (r *Recipe) paths() []string {
	all := []string{"name", "about", "seed", "metrics"}
	all = append(all, prefixed("train", keys(Train{}))...)
	all = append(append(all, "start"), prefixed("start", keys(Start{}))...)
	for _, p := range r.parts() {
		all = append(all, p.section, join(p.section, head(p.section)))
		all = append(all, prefixed(p.section, configKeys(p.section, p.part.Name))...)
	}
	slices.Sort(all)
	return all
}

func isPart(section string) bool {
	return slices.Contains([]string{"data", "model", "objective", "optimizer", "schedule"}, section)
}
