package summary

import (
	"slices"
	"testing"
)

// The best comes first, but no article is told backwards.
func TestInTurn(t *testing.T) {
	one, other := &doc{}, &doc{}
	at := func(d *doc, n int) *statement { return &statement{lead: &sentence{doc: d, at: n}} }
	told := []*statement{at(one, 5), at(other, 0), at(one, 7), at(one, 2)}
	inTurn(told)
	var got []int
	for _, st := range told {
		got = append(got, st.lead.at)
	}
	if want := []int{2, 0, 5, 7}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
