package recipe

import (
	"maps"
	"slices"
	"strings"
)

// sections are the keys of a recipe.
var sections = []string{"name", "about", "seed", "data", "model", "start", "objective", "optimizer", "schedule", "train", "metrics"}

// decode makes a recipe of an object. It checks every key, name and kind of value.
func decode(o object) (*Recipe, error) {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(sections, key) {
			return nil, unknown(key, sections)
		}
	}
	r := &Recipe{Seed: 1, Train: Train{Epochs: 1}}
	top := struct {
		Name, About string
		Seed        uint64
	}{Seed: 1}
	if err := fill(&top, only(o, "name", "about", "seed"), ""); err != nil {
		return nil, err
	}
	r.Name, r.About, r.Seed = top.Name, top.About, top.Seed
	for _, p := range r.parts() {
		if _, there := o[p.section]; !there && p.section == "schedule" {
			continue
		}
		var err error
		if *p.part, err = decodePart(p.section, p.section, o[p.section]); err != nil {
			return nil, err
		}
	}
	if err := decodeStart(r, o["start"]); err != nil {
		return nil, err
	}
	if err := decodeTrain(r, o["train"]); err != nil {
		return nil, err
	}
	if m, there := o["metrics"]; there {
		list, ok := m.([]any)
		if !ok {
			return nil, errorf("metrics", "want a list in brackets, not %s", shown(m))
		}
		for _, v := range list {
			p, err := decodePart("metrics", "metrics", v)
			if err != nil {
				return nil, err
			}
			r.Metrics = append(r.Metrics, p)
		}
	}
	return r, nil
}

func decodeTrain(r *Recipe, v any) error {
	if v == nil {
		return nil
	}
	o, ok := v.(object)
	if !ok {
		return errorf("train", "want an object in braces, not %s", shown(v))
	}
	if err := fill(&r.Train, o, "train"); err != nil {
		return err
	}
	t := &r.Train
	for _, c := range []struct {
		key       string
		is, least float64
	}{
		{"epochs", float64(t.Epochs), 1},
		{"clip_norm", t.ClipNorm, 0},
		{"average", t.Average, 0},
		{"patience", float64(t.Patience), 0},
		{"accumulate", float64(t.Accumulate), 0},
		{"save_every", float64(t.SaveEvery), 0},
		{"snapshot", float64(t.Snapshot), 0},
		{"examples", float64(t.Examples), 0},
		{"clip_value", t.ClipValue, 0},
		{"clip_each", t.ClipEach, 0},
		{"clip_adaptive", t.ClipAdaptive, 0},
		{"sam", t.SAM, 0},
		{"asam", t.ASAM, 0},
		{"lookahead", float64(t.Lookahead), 0},
	} {
		if c.is < c.least {
			return errorf("train."+c.key, "want %v or more, not %v", c.least, c.is)
		}
	}
	if t.Average >= 1 {
		return errorf("train.average", "%v is no decay; want one below 1, such as 0.99", t.Average)
	}
	if t.SAM > 0 && t.ASAM > 0 {
		return errorf("train.asam", "there is sam too; want one of the two")
	}
	_, err := t.precision()
	return err
}

// decodePart makes a part of an object, or of a bare name.
func decodePart(section, path string, v any) (Part, error) {
	key := head(section)
	if name, bare := v.(string); bare {
		v = object{key: name}
	}
	o, ok := v.(object)
	if !ok {
		if v == nil {
			return Part{}, errorf(path, "is missing; there are %s", strings.Join(names(section), ", "))
		}
		return Part{}, errorf(path, "want an object in braces, not %s", shown(v))
	}
	name, ok := o[key].(string)
	if !ok {
		return Part{}, errorf(join(path, key), "is missing; there are %s", strings.Join(names(section), ", "))
	}
	p := Part{Name: name, Config: object{}}
	for k, v := range o {
		if k != key {
			p.Config[k] = v
		}
	}
	return p, check(section, path, p)
}

func only(o object, keys ...string) object {
	some := object{}
	for _, k := range keys {
		if v, ok := o[k]; ok {
			some[k] = v
		}
	}
	return some
}
