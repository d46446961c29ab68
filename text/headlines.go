package text

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// headlineList tells in how many of the headlines of its first line each stem
// stands, in falling order: English headlines of 1,593 sites, November 2021 to
// July 2022, that github.com/fwd/news gathered (ISC). Only these counts are
// taken from them, of stems that five or more hold. internal/headlines makes it.
//
//go:embed headlines.txt
var headlineList string

// headlineCounts holds the number of all headlines under "".
var headlineCounts = sync.OnceValue(func() map[string]int {
	out := make(map[string]int, 3000)
	for line := range strings.Lines(headlineList) {
		count, stem, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, _ := strconv.Atoi(count) // embedded: a test holds that it can be read
		if len(out) == 0 {
			stem = ""
		}
		out[stem] = n
	}
	return out
})

// Headlined returns in how many English headlines of a sample a stem stands,
// 0 if in fewer than five, and how many the sample has.
func Headlined(stem string) (holding, all int) {
	counts := headlineCounts()
	if stem != "" {
		holding = counts[stem]
	}
	return holding, counts[""]
}
