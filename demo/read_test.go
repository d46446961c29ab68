package demo

import (
	"strings"
	"testing"
	"testing/fstest"
)

const good = `=== halyard one
title: One
date: Mon 2026-03-02 09:10

First.

Second &amp; <em>last</em>.
`

func readText(text string) ([]Item, error) {
	return readAll(fstest.MapFS{"newsroom/affair.txt": {Data: []byte(text)}})
}

func TestReadsAFile(t *testing.T) {
	items, err := readText(good + `
=== courier two
copy: one
cut: 1
replace: First => 1st
date: Mon 2026-03-02 10:00

=== edit one
title: One, mended
date: Mon 2026-03-02 11:00

Only.
`)
	if err != nil || len(items) != 2 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	one, two := items[0], items[1]
	if one.Story != "affair" || one.Text != "First.\nSecond & last." || one.HTML != "<p>First.</p>\n<p>Second &amp; <em>last</em>.</p>" {
		t.Errorf("read %+v", one)
	}
	if one.Edit == nil || one.edited().Title != "One, mended" || one.edited().Text != "Only." || one.Title != "One" {
		t.Errorf("edit %+v", one.Edit)
	}
	if two.Text != "1st." || two.Title != "One" || two.CopyOf != "one" || two.Outlet != "The Port Hallam Courier" {
		t.Errorf("copy %+v", two)
	}
}

func TestRefusesWhatIsWrong(t *testing.T) {
	for name, text := range map[string]string{
		"no id":             strings.Replace(good, "halyard one", "halyard", 1),
		"unknown outlet":    strings.Replace(good, "halyard", "nobody", 1),
		"unknown header":    strings.Replace(good, "title:", "titel:", 1),
		"no header line":    strings.Replace(good, "title: One", "One", 1),
		"wrong weekday":     strings.Replace(good, "Mon", "Tue", 1),
		"no date":           strings.Replace(good, "date: Mon 2026-03-02 09:10\n", "", 1),
		"no title":          strings.Replace(good, "title: One\n", "", 1),
		"no body":           good[:strings.Index(good, "First")],
		"twice":             good + "\n" + good,
		"unknown feed":      strings.Replace(good, "title:", "feeds: sport\ntitle:", 1),
		"copy of nothing":   strings.Replace(good, "title:", "copy: zero\ntitle:", 1),
		"cut of everything": good + "\n=== courier two\ncopy: one\ncut: 2\ndate: Mon 2026-03-02 10:00\n",
		"nothing replaced":  good + "\n=== courier two\ncopy: one\nreplace: Third => 3rd\ndate: Mon 2026-03-02 10:00\n",
		"edit of nothing":   good + "\n=== edit two\ntitle: Two\ndate: Mon 2026-03-02 11:00\n\nBody.\n",
		"edit before":       good + "\n=== edit one\ntitle: Two\ndate: Mon 2026-03-02 08:00\n\nBody.\n",
	} {
		if items, err := readText(text); err == nil {
			t.Errorf("%s: read %d items", name, len(items))
		}
	}
}
