package text

import "testing"

func TestBare(t *testing.T) {
	for head, want := range map[string]bool{
		"The envoy is on her way to an area":     true,
		"The council is at the point":            true,
		"The talks with those":                   true,
		"The envoy is on her way to the harbour": false,
		"The council met for the first time":     false,
		"Petra Lind spoke for the whole country": false,
	} {
		if got := Bare(head); got != want {
			t.Errorf("Bare(%q) = %v", head, got)
		}
	}
}
