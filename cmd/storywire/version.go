package main

import (
	"fmt"
	"runtime"
)

type showVersion struct{}

// Run prints the version and what it was built with.
func (*showVersion) Run(a *app) error {
	_, err := fmt.Fprintf(a.out, "storywire %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
