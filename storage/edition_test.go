package storage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/storywire/storywire/news"
)

// TestEdition does whatever changes what is published, and what does not.
func TestEdition(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	talks := stream(t, s)
	article := lone(t, s, "apart")
	revise(t, s, talks, false)
	edition := func(id string) int64 {
		t.Helper()
		n, _, err := s.Edition(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, c := range []struct {
		name        string
		do          func() error
		story, site bool // whether the editions grow
	}{
		{"nothing", func() error { return nil }, false, false},
		{"a revision", func() error { revise(t, s, talks, false); return nil }, true, true},
		{"a quiet one", func() error { revise(t, s, talks, true); return nil }, true, true},
		{"a revision of another", func() error { revise(t, s, "apart", false); return nil }, false, true},
		{"a name", func() error { return s.Rename(ctx, talks, "Named") }, true, true},
		{"following", func() error { return s.FollowStory(ctx, talks) }, true, true},
		{"an article", func() error { return s.Move(ctx, article, "apart", talks) }, true, true},
		{"a key", func() error { _, err := s.AddKey(ctx, news.Key{Sum: []byte("x"), Scope: news.ScopeRead}); return err }, false, false},
	} {
		story, site := edition(talks), edition("")
		if err := c.do(); err != nil {
			t.Fatal(c.name, err)
		}
		if (edition(talks) > story) != c.story || (edition("") > site) != c.site {
			t.Errorf("%s: story %v, site %v", c.name, edition(talks) > story, edition("") > site)
		}
	}
	if err := s.MergeStories(ctx, "apart", talks); err != nil {
		t.Fatal(err)
	}
	if _, merged, err := s.Edition(ctx, "apart"); !merged || err != nil {
		t.Errorf("a merged story: %v %v", merged, err)
	}
}

func TestRevisionsInOrder(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	talks := stream(t, s)
	lone(t, s, "apart")
	if err := s.FollowStory(ctx, "apart"); err != nil { // else nobody sees it
		t.Fatal(err)
	}
	revise(t, s, talks, true)
	revise(t, s, talks, false)
	revise(t, s, "apart", false)
	revise(t, s, talks, false)
	for _, c := range []struct {
		filter news.RevisionFilter
		want   string
	}{
		{news.RevisionFilter{}, "talks/3#3 apart/1#2 talks/2#1"},
		{news.RevisionFilter{Limit: 1}, "talks/3#3"},
		{news.RevisionFilter{Before: 3}, "apart/1#2 talks/2#1"},
		{news.RevisionFilter{Latest: true}, "talks/3#3 apart/1#2"},
		{news.RevisionFilter{Followed: true}, "apart/1#2"},
		{news.RevisionFilter{MinArticles: 100}, ""},
		{news.RevisionFilter{Story: talks}, "talks/3#3 talks/2#1 talks/1#0"},
		{news.RevisionFilter{Story: talks, Before: 3, Limit: 1}, "talks/2#1"},
		{news.RevisionFilter{Story: talks, MinArticles: 100}, ""},
	} {
		revisions, err := s.Revisions(ctx, c.filter)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range revisions {
			got = append(got, fmt.Sprintf("%s/%d#%d", r.Revision.Story.ID, r.Revision.Revision.Number, r.Seq))
		}
		if strings.Join(got, " ") != strings.ReplaceAll(c.want, "talks", talks) {
			t.Errorf("%+v: %v, want %s", c.filter, got, c.want)
		}
	}
}
