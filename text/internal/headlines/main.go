// Command headlines writes the list behind text.Headlined: in how many English
// headlines each stem stands that at least five of them hold. It reads JSON
// Lines with a "title" on standard input, and passes over those that storywire
// eval puts into its streams as noise, so that no figure rests on words counted
// in what it was measured on:
//
//	go run ./text/internal/headlines < headlines-2022.jsonl > text/headlines.txt
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/storywire/storywire/text"
)

// least is in how many headlines a stem stands to be listed.
const least = 5

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "headlines:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	titles, err := read(in)
	if err != nil {
		return fmt.Errorf("read headlines, one JSON object a line: %w", err)
	}
	noise := drawn(len(titles))
	holds, n := map[string]int{}, 0
	for i, title := range titles {
		if noise[i] {
			continue
		}
		n++
		stems := text.Terms(title, "en")
		slices.Sort(stems)
		for _, stem := range slices.Compact(stems) {
			holds[stem]++
		}
	}
	maps.DeleteFunc(holds, func(_ string, count int) bool { return count < least })
	order := slices.SortedFunc(maps.Keys(holds), func(a, b string) int {
		return cmp.Or(cmp.Compare(holds[b], holds[a]), cmp.Compare(a, b))
	})
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%d headlines\n", n)
	for _, stem := range order {
		fmt.Fprintln(w, holds[stem], stem)
	}
	return w.Flush()
}

func read(in io.Reader) (titles []string, err error) {
	lines := json.NewDecoder(in)
	for {
		var line struct{ Title string }
		if err := lines.Decode(&line); err == io.EOF {
			return titles, nil
		} else if err != nil {
			return nil, err
		}
		titles = append(titles, line.Title)
	}
}

// drawn are the headlines that eval takes: each of its counts spreads over all.
func drawn(n int) map[int]bool {
	taken := map[int]bool{}
	for _, count := range []int{2000, 700, 400} {
		for i := range count {
			taken[i*n/count] = true
		}
	}
	return taken
}
