package eval

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// goldTimeline is a person's timeline of a collection of articles.
type goldTimeline struct {
	Story      string
	Collection string
	Name       string
	Entries    []struct {
		Date         string
		TokSentences []string `json:"tok_sentences"`
	}
}

// days returns the timeline with each date once. Where the file holds a date
// twice the later entry counts, as in the published figures.
func (g goldTimeline) days() []DatedText {
	var out []DatedText
	place := map[string]int{}
	for _, e := range g.Entries {
		i, seen := place[e.Date]
		if !seen {
			i = len(out)
			place[e.Date] = i
			out = append(out, DatedText{})
		}
		out[i] = DatedText{Date: e.Date, Sentences: e.TokSentences}
	}
	return out
}

func readGoldTimelines(dir string) ([]goldTimeline, error) {
	path := filepath.Join(dir, "timeline17-gold.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("gold timelines: %w", err)
	}
	var gold []goldTimeline
	if err := json.Unmarshal(data, &gold); err != nil {
		return nil, fmt.Errorf("gold timelines in %s: %w", path, err)
	}
	return gold, nil
}
