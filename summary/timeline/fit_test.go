package timeline

import "testing"

// The hints let all through that a pattern finds.
func TestPatternsAreAsked(t *testing.T) {
	for _, line := range []string{"Two Days Later it sank.", "They met shortly after.", "Soon before, she left.", "Afterward, he left.", "The next morning they left.",
		"The day before, it sank.", "At the Same Time, talks went on.", "They met then.", "It opened earlier.", "Weeks afterwards, it closed.", "Thereafter, nobody came."} {
		h := hintsIn(line)
		if countedLater.MatchString(line) && !h.has(aUnit|anOrder) || orderWord.MatchString(line) && !h.has(aSequel) || laterWord.MatchString(line) && !h.has(aLater) {
			t.Errorf("%q would not be looked at", line)
		}
		if !h.has(aUnit|anOrder) && !h.has(aSequel) && !h.has(aLater) {
			t.Errorf("%q has no order word", line)
		}
	}
}
