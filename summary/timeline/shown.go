package timeline

import (
	"regexp"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary/dates"
	"github.com/storywire/storywire/text"
)

// fitted makes the line of a dating and tells whether it can stand alone.
func (d *dating) fitted() bool {
	if d.ready {
		return d.fits
	}
	a := d.passage.of
	d.ready = true
	main := d.tag
	if d.kind == news.Scheduled && main != nil && text.English(a.lang) && tenseAt(d.passage.Text, main.Start) == past {
		main = nil // who "ordered flags to be flown on Saturday" did so before
	}
	d.said = trim(d.dated(), main, a.lang)
	var clear bool
	d.line, clear = d.shown()
	d.fits = clear && fit(d.line, a.lang)
	if text.English(a.lang) && text.HasWord(d.line, counting) {
		// Such words are meant from the day of publication.
		d.fits = d.fits && !relativeDay.MatchString(d.line) &&
			(d.date == date{a.day, news.Day} || !relativeTime.MatchString(d.line))
	}
	return d.fits
}

// dated is the sentence without what turns from its date to the present: "grew in the
// second quarter, but the outlook has turned".
func (d *dating) dated() string {
	s := d.passage.Text
	if d.tag == nil || d.kind != news.Occurred || !text.English(d.passage.of.lang) || !text.HasWord(s, turns) {
		return s
	}
	for _, loc := range turn.FindAllStringIndex(s, -1) {
		if loc[0] < d.tag.End || loc[0] < 40 || !balanced(s[:loc[0]]) {
			continue
		}
		words := outsideQuotes(s[loc[1]:])
		if when := tenseOf(append([]string{"it"}, words...)); when == perfect || when == lasting || when == yetToCome {
			return s[:loc[0]] + "."
		}
	}
	return s
}

var turn = regexp.MustCompile(`(?:,|;| —| –| --) (?:but|yet|though|although|while) `)

var turns = text.WordSet(`but yet though although while`)

// shown puts dates for the words of a line that count from the day its article
// was published. The weekday of the date shown beside it stays.
func (d *dating) shown() (line string, clear bool) {
	put := func(said string) (string, bool) {
		return dates.Put(d.passage.With(said), dates.Reader{Year: d.date.first.Year(), Knows: func(t text.Time) bool {
			return t.Date.Equal(d.date.first) && t.Precision == d.date.precision && !relativeDay.MatchString(said[t.Start:t.End])
		}})
	}
	if line, clear = put(d.said); clear {
		return line, true
	}
	// What cannot be dated may stand in a clause that can go.
	for _, head := range heads(d.said, clauseEnd) {
		if short, clear := put(head + "."); clear {
			d.said = head + "."
			return short, true
		}
	}
	return line, false
}

var clauseEnd = regexp.MustCompile(border.String() + `|, \p{Ll}{3,}ing `)
