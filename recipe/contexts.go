package recipe

import "encoding/json"

// contexts reports texts that are shorter than what the model can read, where the recipe says how long both are: it never learns what to
// do with the rest. Longer ones the model refuses.
func (r *Recipe) contexts() error {
	texts, ok := r.Data.Config["context"].(json.Number)
	reads, also := r.Model.Config["context"].(json.Number)
	if !ok || !also {
		return nil
	}
	short, errA := texts.Int64()
	long, errB := reads.Int64()
	if whole := errA == nil && errB == nil; !whole || short >= long {
		return nil
	}
	return errorf("data.context", "it learns from texts of %d tokens, and could read %d; change both, as --set data.context=%[1]d --set model.context=%[1]d", short, long)
}
