package dates

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/text"
)

// Each line of the fixtures is a sentence published on Friday, March 20, 2026,
// and what is to come of it; "=" if it stays and is clear, "!" if it misleads.
func TestPut(t *testing.T) {
	f, err := os.Open("testdata/put.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	published := time.Date(2026, 3, 20, 15, 0, 0, 0, time.UTC)
	cases := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		sentence, want, ok := strings.Cut(lines.Text(), " => ")
		if !ok {
			continue
		}
		cases++
		got, clear := Put(&text.Sentence{Text: sentence, Published: published, Lang: "en"}, Reader{Year: 2026})
		switch {
		case want == "!" && clear:
			t.Errorf("%q is taken for clear as %q", sentence, got)
		case want == "=" && (got != sentence || !clear):
			t.Errorf("%q became %q, clear %v", sentence, got, clear)
		case want != "!" && want != "=" && (got != want || !clear):
			t.Errorf("%q\n got %q, clear %v\nwant %q", sentence, got, clear, want)
		}
	}
	if cases < 80 {
		t.Errorf("only %d cases", cases)
	}
}

func TestPutLeavesWhatTheReaderKnows(t *testing.T) {
	published := time.Date(2026, 3, 20, 15, 0, 0, 0, time.UTC)
	known := time.Date(2026, 3, 19, 0, 0, 0, 0, time.UTC)
	to := Reader{Year: 2026, Knows: func(t text.Time) bool { return t.Date.Equal(known) }}
	got, clear := Put(&text.Sentence{Text: "The talks of Thursday resume next Tuesday.", Published: published, Lang: "en"}, to)
	if want := "The talks of Thursday resume on March 24."; got != want || !clear {
		t.Errorf("got %q, clear %v", got, clear)
	}
}

func TestPutTouchesOnlyWhatItCanDate(t *testing.T) {
	for _, lang := range []string{"de", "fr"} {
		if got, clear := Put(&text.Sentence{Text: "Sie trafen sich am Montag.", Published: time.Now(), Lang: lang}, Reader{}); got != "Sie trafen sich am Montag." || !clear {
			t.Errorf("%s: %q, %v", lang, got, clear)
		}
	}
	if got, clear := Put(&text.Sentence{Text: "They met on Monday.", Published: time.Time{}, Lang: "en"}, Reader{}); got != "They met on Monday." || !clear {
		t.Errorf("without a time of publication: %q, %v", got, clear)
	}
}

// The questions asked before a pattern let all through that it finds.
func TestPatternsAreAsked(t *testing.T) {
	b, err := os.ReadFile("testdata/put.txt")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for line := range strings.Lines(string(b) + "A TUESDAY protest\nthree weeks afterwards.\nThe same night, he left.\nIt was closed the week before.\nThat week, she won.\n") {
		some, hangs := mayLean(line)
		if someDay.MatchString(line) && !some || hanging.MatchString(line) && !hangs {
			t.Errorf("%q would not be looked at", line)
		}
		if some || hangs {
			found++
		}
	}
	if found < 5 {
		t.Errorf("only %d lines lean", found)
	}
}
