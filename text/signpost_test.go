package text

import "testing"

func TestWithoutSignpost(t *testing.T) {
	for in, want := range map[string]string{
		"The big picture: The strait carries grain.": "The strait carries grain.",
		"VIDEO: The talks failed.":                   "The talks failed.",
		"View Images The strait carries grain.":      "The strait carries grain.",
		"The envoy said: The talks failed.":          "The envoy said: The talks failed.",
	} {
		if got := WithoutSignpost(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestCaption(t *testing.T) {
	for s, want := range map[string]bool{
		"The mayor of Brook talks to reporters at her home, Thursday, May 1, 2014.": true,
		"The envoy waits in Brook, Friday, Jan. 9, 2015, before the talks.":         true,
		"In this Thursday file photo, the envoy waits in Brook.":                    true,
		"The mayor of Brook said on Thursday, May 1, that the dam would hold.":      false,
		"Petra Lind, mayor of Brook since Thursday, opened the dam on May 1, 2014.": false,
	} {
		if got := Caption(s); got != want {
			t.Errorf("Caption(%q) = %v", s, got)
		}
	}
}
