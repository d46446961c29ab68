package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// UpdateDates is how many of the dates on which people wrote what was new in a
// story its timeline names, given their number and span.
type UpdateDates struct {
	Story           string
	Dates, Articles int
	Standard, Clean float64 // recall, 0 to 1; clean as in TimelineReport
}

// updateStories are the collections of Timeline17 by the story of
// updates-gold.json that tells of the same.
var updateStories = map[string]string{
	"bp_oil_spill": "bpoil_", "financial_crisis": "Finan_", "haitian_earthquake": "haiti_",
	"iraq_war": "IraqWar_", "mj_death": "MJ_", "swine_flu": "H1N1_",
}

// updateDates compares timelines made from all collections of a story with the
// dates of updates-gold.json (Pratapa, Small and Dreyer, Background
// Summarization of Event Timelines, EMNLP 2023). It returns none where the
// file is absent.
func updateDates(dir string, articles map[string][]Article) ([]UpdateDates, error) {
	gold, err := readUpdates(filepath.Join(dir, "updates-gold.json"))
	if err != nil {
		return nil, err
	}
	var out []UpdateDates
	for _, story := range sortedKeys(gold) {
		prefix := updateStories[story]
		if prefix == "" {
			continue
		}
		var ref []DatedText
		for _, date := range sortedKeys(gold[story]) {
			ref = append(ref, DatedText{Date: date})
		}
		out = append(out, compareUpdates(story, ref, ofStory(articles, prefix)))
	}
	return out, nil
}

// readUpdates returns the updates of each story and date, one for an annotator;
// none where the file is absent.
func readUpdates(path string) (map[string]map[string][]string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("gold updates: %w", err)
	}
	var gold []struct {
		Story   string
		Entries []struct{ Date, Update string }
	}
	if err := json.Unmarshal(data, &gold); err != nil {
		return nil, fmt.Errorf("gold updates in %s: %w", path, err)
	}
	out := map[string]map[string][]string{}
	for _, g := range gold {
		if out[g.Story] == nil {
			out[g.Story] = map[string][]string{}
		}
		for _, e := range g.Entries {
			out[g.Story][e.Date] = append(out[g.Story][e.Date], e.Update)
		}
	}
	return out, nil
}

// ofStory joins the collections of a story, in the order of their names.
func ofStory(articles map[string][]Article, prefix string) []Article {
	var names []string
	for name := range articles {
		if strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []Article
	for _, name := range names {
		out = append(out, articles[name]...)
	}
	return out
}

func compareUpdates(story string, ref []DatedText, articles []Article) UpdateDates {
	slices.SortFunc(ref, func(a, b DatedText) int { return strings.Compare(a.Date, b.Date) })
	ref = slices.CompactFunc(ref, func(a, b DatedText) bool { return a.Date == b.Date })
	wanted := TimelineStory{Dates: len(ref), PerDay: 1}
	clean := slices.DeleteFunc(slices.Clone(articles), func(a Article) bool { return leaks[a.ID] })
	return UpdateDates{
		Story: story, Dates: len(ref), Articles: len(articles),
		Standard: ScoreTimeline(predictTimeline(wanted, articles, ref), ref).Date.Recall,
		Clean:    ScoreTimeline(predictTimeline(wanted, clean, ref), ref).Date.Recall,
	}
}

// updatesTable writes the recall of dates a line a story; "" if there is none.
func updatesTable(updates []UpdateDates) string {
	if len(updates) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-42s %5s %8s  %s  %s\n", "dates of updates", "dates", "articles", "standard", "clean")
	var standard, clean float64
	for _, u := range updates {
		fmt.Fprintf(&b, "%-42.42s %5d %8d %9.3f  %.3f\n", u.Story, u.Dates, u.Articles, u.Standard, u.Clean)
		standard += u.Standard / float64(len(updates))
		clean += u.Clean / float64(len(updates))
	}
	fmt.Fprintf(&b, "%-42s %5s %8s %9.3f  %.3f\n", "mean", "", "", standard, clean)
	return b.String()
}
