package timeline

import "testing"

// The questions asked before a pattern let all through that it finds.
func TestPatternsAreAsked(t *testing.T) {
	for _, line := range []string{"Two Days Later it sank.", "They met shortly after.", "Soon before, she left.", "Afterward, he left.", "The next morning they left.",
		"The day before, it sank.", "At the Same Time, talks went on.", "They met then.", "It opened earlier.", "Weeks afterwards, it closed.", "Thereafter, nobody came."} {
		counted, ordered, later := order(line)
		if countedLater.MatchString(line) && !counted || orderWord.MatchString(line) && !ordered || laterWord.MatchString(line) && !later {
			t.Errorf("%q would not be looked at", line)
		}
		if !counted && !ordered && !later {
			t.Errorf("%q has no order word", line)
		}
	}
}
