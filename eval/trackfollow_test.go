package eval

import (
	"testing"

	"github.com/storywire/storywire/demo"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/track"
)

// TestFollowAffair holds that an affair of five weeks, told in changing words
// among look-alikes, is followed whole and alone.
func TestFollowAffair(t *testing.T) {
	newsroom, err := demo.New(demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const affair = "sarn-talks"
	var articles []Article
	var members []int64
	for i, it := range newsroom.Articles() {
		articles = append(articles, Article{Story: it.Story, Article: news.Article{ID: int64(i + 1), GUID: it.ID, Outlet: it.Outlet,
			Title: it.Title, Text: it.Text, Language: it.Language, Published: it.Published, Seen: it.Published}})
		if it.Story == affair {
			members = append(members, int64(i+1))
		}
	}
	for name, q := range map[string]news.Query{
		"words":       {Words: "Sarn Strait talks"},
		"other words": {Words: "Corvania Estmere cease-fire talks"},
		"one seed":    {Seeds: members[:1]},
		"two seeds":   {Seeds: members[:2]},
	} {
		tracker := track.NewTracker(0, track.DefaultWeights())
		followed := news.TrackedStory{Story: news.Story{ID: "f", Followed: true, Query: &q}}
		for _, seed := range q.Seeds {
			followed.Articles = append(followed.Articles, articles[seed-1].Article)
		}
		tracker.Load(followed)
		right, taken := 0.0, 0.0
		for _, a := range articles {
			for _, m := range tracker.Place(a.Article).Followed {
				if taken++; articles[m.Article-1].Story == affair {
					right++
				}
			}
		}
		precision, recall := right/taken, right/float64(len(members)-len(q.Seeds))
		t.Logf("%s: precision %.3f, recall %.3f", name, precision, recall)
		if precision < .95 || recall < .85 {
			t.Errorf("%s: precision %.3f, recall %.3f; want .95 and .85", name, precision, recall)
		}
	}
}
