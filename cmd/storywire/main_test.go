package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"storywire": main})
}

// TestCommands runs the scripts of testdata: each is a person at a shell.
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Setup: func(env *testscript.Env) error {
		env.Setenv("XDG_DATA_HOME", env.WorkDir+"/data")
		return nil
	}})
}
