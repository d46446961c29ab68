package demo

import (
	"testing"
)

func newRoom(t *testing.T, o Options) *Newsroom {
	t.Helper()
	n, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestReads(t *testing.T) {
	n := newRoom(t, Options{})
	for _, it := range n.Articles() {
		t.Log(it.Published.Format("Mon 01-02"), it.Story, it.Outlet, it.Title)
	}
}
