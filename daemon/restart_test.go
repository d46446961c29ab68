package daemon

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/track"
)

// made writes a stream of news: words by Zipf's law, stories with words and
// names of their own that get the next article the likelier the more they have
// (Simon 1955), copies, and articles that come late.
func made(seed uint64, articles int) []news.Entry {
	r := rand.New(rand.NewPCG(seed, 0))
	zipf := rand.NewZipf(r, 1.1, 20, 3000)
	word := func() string {
		const syllables = "bakadegofilomunerasitovexizurabocudyhe"
		n, w := zipf.Uint64()+20, ""
		for ; n > 0; n /= 19 {
			w += syllables[n%19*2 : n%19*2+2]
		}
		return w
	}
	var topics [][]string
	var drawn []int
	var out []news.Entry
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range articles {
		topic := len(topics)
		if len(drawn) == 0 || r.Float64() < .25 {
			words := []string{strings.ToUpper(word()), strings.ToUpper(word())}
			for range 14 {
				words = append(words, word())
			}
			topics = append(topics, words)
		} else {
			topic = drawn[r.IntN(len(drawn))]
		}
		drawn = append(drawn, topic)
		side := topics[topic] // some tell one half of a story, some the other, until somebody links them
		if half := len(side) / 2; r.IntN(8) > 0 {
			side = side[half*r.IntN(2):][:half]
		}
		say := func(n int) string {
			words := make([]string, n)
			for k := range words {
				if words[k] = word(); r.Float64() < .5 {
					words[k] = side[r.IntN(len(side))]
				}
			}
			return strings.Join(words, " ")
		}
		e := news.Entry{GUID: fmt.Sprint(i), Outlet: fmt.Sprint("Outlet ", r.IntN(9)), Language: "en", Title: say(8), Text: say(60) + ".",
			Published: start.Add(time.Duration(i)*20*time.Minute - time.Duration(r.IntN(4)*r.IntN(24))*time.Hour)}
		if i > 0 && r.IntN(12) == 0 {
			e.Text = out[i-1].Text
		}
		out = append(out, e)
	}
	return out
}

// newsroom is a database and the step that tracks what comes into it.
type newsroom struct {
	t     *testing.T
	path  string
	store *storage.Store
	step  *track.Step
}

const madeFeed = "http://made.example/feed"

func open(t *testing.T, path string) *newsroom {
	t.Helper()
	c := DefaultConfig()
	c.Database = path
	store, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return &newsroom{t, path, store, &track.Step{Store: store}}
}

func (n *newsroom) begin(topic string) {
	if _, err := n.store.AddFeed(n.t.Context(), news.Subscription{URL: madeFeed}); err != nil {
		n.t.Fatal(err)
	}
	if _, err := n.store.Follow(n.t.Context(), news.Query{Words: topic}); err != nil {
		n.t.Fatal(err)
	}
}

func (n *newsroom) arrive(entries []news.Entry) {
	n.t.Helper()
	feed, err := n.store.FindFeed(n.t.Context(), madeFeed)
	if err != nil {
		n.t.Fatal(err)
	}
	at := entries[len(entries)-1].Published
	fetch := news.Fetch{Feed: feed, At: at, Next: at, State: news.FeedActive, Entries: entries}
	if _, err := n.store.RecordFetch(n.t.Context(), fetch); err != nil {
		n.t.Fatal(err)
	}
	if _, err := n.step.Run(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
}

// restart ends and begins anew, on a copy if backup says so.
func (n *newsroom) restart(backup bool) *newsroom {
	n.t.Helper()
	path := n.path
	if backup {
		path = filepath.Join(n.t.TempDir(), "backup.db")
		if err := n.store.Backup(n.t.Context(), path); err != nil {
			n.t.Fatal(err)
		}
	}
	n.close()
	return open(n.t, path)
}

func (n *newsroom) close() {
	if err := n.store.Close(); err != nil {
		n.t.Error(err)
	}
}

// stories tells of each article its stories, and why it is there; the followed
// one has another name in each database.
func (n *newsroom) stories(ctx context.Context) map[string]news.Membership {
	n.t.Helper()
	homes, followed, err := n.store.Homes(ctx, madeFeed)
	if err != nil {
		n.t.Fatal(err)
	}
	for guid := range followed {
		homes[guid+" followed"] = followed[guid][0]
	}
	out := map[string]news.Membership{}
	for _, id := range homes {
		articles, memberships, err := n.store.Members(ctx, id)
		if err != nil {
			n.t.Fatal(err)
		}
		for i, a := range articles {
			m := memberships[i]
			if key := a.GUID; homes[key] != id {
				m.Story = "followed"
				out[key+" followed"] = m
			} else {
				out[key] = m
			}
		}
	}
	return out
}

// TestRestartChangesNothing holds that a stream gives the same stories, for the
// same reasons, in one run, with restarts, and when it goes on from backups.
func TestRestartChangesNothing(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			entries := made(seed, 250)
			r := rand.New(rand.NewPCG(seed, 1))
			dir := t.TempDir()
			once, often, restored := open(t, filepath.Join(dir, "once.db")), open(t, filepath.Join(dir, "often.db")), open(t, filepath.Join(dir, "restored.db"))
			for _, n := range []*newsroom{once, often, restored} {
				n.begin(entries[0].Title)
			}
			for len(entries) > 0 {
				some := entries[:min(len(entries), 1+r.IntN(90))]
				entries = entries[len(some):]
				if r.IntN(2) == 0 {
					often = often.restart(false)
				}
				if r.IntN(3) == 0 {
					restored = restored.restart(true)
				}
				for _, n := range []*newsroom{once, often, restored} {
					n.arrive(some)
				}
			}
			want := once.stories(t.Context())
			reasons := ""
			for _, m := range want {
				reasons += m.Reason
			}
			for _, happens := range []string{"founds a story", "next best story", "repeats the text", "an article links them"} {
				if !strings.Contains(reasons, happens) {
					t.Errorf("nothing in the stream %s", happens)
				}
			}
			for name, n := range map[string]*newsroom{"with restarts": often, "from backups": restored} {
				got := n.stories(t.Context())
				for guid, m := range want {
					if !reflect.DeepEqual(got[guid], m) {
						t.Errorf("article %s %s:\n%+v\nin one run:\n%+v", guid, name, got[guid], m)
					}
				}
				if len(got) != len(want) {
					t.Errorf("%d memberships %s, %d in one run", len(got), name, len(want))
				}
			}
			for _, n := range []*newsroom{once, often, restored} {
				n.close()
			}
		})
	}
}
