package modeltest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/model"
)

// Refuses checks that the architecture of the name, for such examples and with the configuration, is refused with an error that
// contains want: as a program, and as a layer where it is one.
func Refuses(t testing.TB, name string, of model.Examples, config, want string) {
	t.Helper()
	a, _, ok := model.Find(name)
	if !ok {
		t.Fatalf("no architecture %s", name)
	}
	_, err := model.NewProgram(name, nil, of, json.RawMessage(config))
	refused(t, name+" "+config, err, want)
	if a.Build != nil && a.Assemble != nil {
		_, err := model.New(name, nil, of, json.RawMessage(config))
		refused(t, name+" "+config+" as a layer", err, want)
	}
}

func refused(t testing.TB, what string, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}
