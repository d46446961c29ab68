package text

import "testing"

func TestWithoutSignpost(t *testing.T) {
	for in, want := range map[string]string{
		"The big picture: The strait carries grain.": "The strait carries grain.",
		"VIDEO: The talks failed.":                   "The talks failed.",
		"View Images The strait carries grain.":      "The strait carries grain.",
		"MENDING AN OLD DAM: The dam has cracks.":    "The dam has cracks.",
		"(ID: nL71001475) The dam has cracks.":       "The dam has cracks.",
		"10.31am: The envoys met in the hall.":       "The envoys met in the hall.",
		"3.40 pm: The envoys have left.":             "The envoys have left.",
		"10:31 The envoys have left.":                "10:31 The envoys have left.",
		"The envoy said: The talks failed.":          "The envoy said: The talks failed.",
	} {
		if got := WithoutSignpost(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
