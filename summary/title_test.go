package summary

import (
	"testing"

	"github.com/storywire/storywire/news"
)

func TestOpinion(t *testing.T) {
	for _, c := range []struct {
		article news.Article
		want    bool
	}{
		{news.Article{Title: "Brook must build the dam", Outlet: "Brook Times Opinion"}, true},
		{news.Article{Title: "Brook must build the dam", URL: "https://brook.example/opinion/2026/dam"}, true},
		{news.Article{Title: "Opinion: Brook must build the dam"}, true},
		{news.Article{Title: "Opinions differ over dam of Brook", Outlet: "Brook Times", URL: "https://b.example/"}, false},
	} {
		if got := (&doc{article: c.article}).opinion(); got != c.want {
			t.Errorf("%+v: %v", c.article, got)
		}
	}
}
