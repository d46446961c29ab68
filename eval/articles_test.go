package eval

import (
	"strings"
	"testing"
	"time"
)

func TestReadArticles(t *testing.T) {
	got, err := ReadArticles(strings.NewReader("\ufeff" + `{"id":"a","time":"2025-12-04T10:30:00+01:00","outlet":"The Harbour Post","title":"Ferry runs again","url":"https://post.example/1","text":"It sailed.","lang":"en","feed":"f","story":"s","extra":1}

{"id":"b","time":"2025-12-04","title":"No text"}
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 {
		t.Fatalf("%d articles, want 2", len(got))
	}
	a := got[0]
	if a.ID != "a" || a.GUID != "a" || a.Feed != "f" || a.Story != "s" || a.Outlet != "The Harbour Post" || a.Text != "It sailed." || a.Language != "en" {
		t.Errorf("first article: %+v", a)
	}
	if want := time.Date(2025, 12, 4, 9, 30, 0, 0, time.UTC); !a.Published.Equal(want) || a.Published.Location() != time.UTC {
		t.Errorf("published %v, want %v", a.Published, want)
	}
	if want := time.Date(2025, 12, 4, 0, 0, 0, 0, time.UTC); !got[1].Published.Equal(want) {
		t.Errorf("published %v, want %v", got[1].Published, want)
	}
}

func TestReadArticlesErrors(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"not JSON":  {"\n[1]", "line 2: not an article"},
		"no id":     {`{"time":"2025-12-04","title":"x"}`, `line 1: no "id"`},
		"no time":   {`{"id":"a","title":"x"}`, "line 1: time \"\": write it like"},
		"no words":  {`{"id":"a","time":"2025-12-04"}`, "says nothing"},
		"same id":   {`{"id":"a","time":"2025-12-04","title":"x"}` + "\n" + `{"id":"a","time":"2025-12-05","title":"x"}`, `line 2: id "a" is taken by line 1`},
		"huge line": {strings.Repeat("x", maxLine+1), "line 1: longer than 16 MB"},
	} {
		_, err := ReadArticles(strings.NewReader(c.in))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q in it", name, err, c.want)
		}
	}
}

func TestReadArticlesHugeLine(t *testing.T) {
	line := `{"id":"a","time":"2025-12-04","title":"` + strings.Repeat("x", 8<<20) + `"}`
	got, err := ReadArticles(strings.NewReader(line))
	if err != nil || len(got) != 1 || len(got[0].Title) != 8<<20 {
		t.Fatalf("%d articles, error %v", len(got), err)
	}
}
