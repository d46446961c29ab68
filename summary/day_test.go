package summary

import (
	"testing"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// March 18, 2026 is a Wednesday.
func TestWrittenOn(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		said string
		hour int
		want time.Time
	}{
		{"The council of Brook closed the bridge on Thursday.", 15, at(19, 0)},
		{"Mayor Ada Lind closed the bridge of Brook Thursday morning.", 15, at(19, 0)},
		{"The council of Brook closed the bridge on Wednesday.", 15, at(18, 15)},
		{"The council of Brook closed the bridge last Thursday.", 15, at(18, 15)},
		{"The bridge of Brook has been closed since Thursday.", 15, at(18, 15)},
		{"The council of Brook met again after Thursday's storm.", 15, at(18, 15)},
		{"The council of Brook will close the bridge on Thursday.", 15, at(18, 15)},
		{"The council of Brook is expected to close the bridge on Tuesday.", 2, at(18, 0).Add(-time.Second)},
		{"The council of Brook is expected to close the bridge on Tuesday.", 15, at(18, 15)},
	} {
		if got := writtenOn(at(18, c.hour), text.Split(c.said, at(18, c.hour), "en"), "en"); !got.Equal(c.want) {
			t.Errorf("%s: %q written on %s, want %s", at(18, c.hour), c.said, got, c.want)
		}
	}
}

// The time that the feed gave stays with the source, whatever day the article means.
func TestWrittenOnDatesSentencesAlone(t *testing.T) {
	published := time.Date(2026, 3, 18, 15, 0, 0, 0, time.UTC)
	as := []news.Article{{ID: 1, Outlet: "A", Language: "en", Title: "Brook closes its old bridge", Published: published,
		Text: "The council of Brook closed the old bridge over the Keld on Thursday after a night of storm."}}
	rev, _ := Write(news.StoryState{Articles: as}, published, Options{})
	if got := rev.Sections[0].Sentences[0].Text; got != "The council of Brook closed the old bridge over the Keld on March 19 after a night of storm." {
		t.Errorf("dated as %q", got)
	}
	if len(rev.Timeline) != 1 || rev.Timeline[0].Date != "2026-03-19" || !rev.Sources[0].Published.Equal(published) {
		t.Errorf("timeline %+v, source %+v", rev.Timeline, rev.Sources)
	}
}
