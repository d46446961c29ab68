package storage

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// TestDelete holds that a deleted story is nowhere to be seen or told of, while
// tracking still knows it.
func TestDelete(t *testing.T) {
	s := open(t, Options{QuietAfter: time.Hour})
	ctx := t.Context()
	e, digest := endpoint(t, s, news.StoryUpdated), add(t, s, news.Wants{Digest: "07:30 UTC"})
	id := stream(t, s)
	if err := s.FollowStory(ctx, id); err != nil {
		t.Fatal(err)
	}
	draft := revise(t, s, id, false)
	now := time.Now().UTC()
	asked := intent("reader.example", news.Subscribe, now)
	asked.Topic = "/s/" + id + "/feed.atom"
	if err := s.RecordIntent(ctx, asked, news.Room{All: 9, PerHost: 9, Pending: 9}); err != nil {
		t.Fatal(err)
	}
	if err := s.SettleIntent(ctx, asked, true, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	edition, _, err := s.Edition(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(ctx, id); err != nil {
		t.Fatal(err)
	}

	story, err := s.Story(ctx, id)
	if err != nil || story.Status != news.Deleted || story.MergedInto != "" || story.Followed {
		t.Errorf("%+v %v", story, err)
	}
	if after, _, err := s.Edition(ctx, ""); err != nil || after <= edition {
		t.Errorf("the site's feeds would not be rendered anew: %v", err)
	}
	if all, err := s.Stories(ctx, news.StoryFilter{}); err != nil || len(all) != 0 {
		t.Errorf("listed: %v %v", all, err)
	}
	for _, of := range []string{"", id} {
		if all, err := s.Revisions(ctx, news.RevisionFilter{Story: of}); err != nil || len(all) != 0 {
			t.Errorf("revisions of %q: %v %v", of, all, err)
		}
	}
	if _, err := s.Revision(ctx, id, 1); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("its revision: %v", err)
	}
	if due, err := s.DueSubscribers(ctx, now.Add(time.Minute), 9); err != nil || len(due) != 1 {
		t.Errorf("%d subscribers are told: %v", len(due), err)
	}
	if begun := beginDue(t, s, now.Add(48*time.Hour)); len(begun) != 0 {
		t.Errorf("sent: %+v", begun)
	}
	for what, do := range map[string]func() error{
		"deleted again": func() error { return s.Delete(ctx, id) },
		"followed":      func() error { return s.FollowStory(ctx, id) },
		"renamed":       func() error { return s.Rename(ctx, id, "Name") },
		"revised": func() error {
			draft.Revision.Revision.Number++
			return s.SaveRevision(ctx, draft)
		},
	} {
		if err := do(); !errors.Is(err, news.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}

	record(t, s, subscribe(t, s)["a"], news.Entry{GUID: "more", Title: "More of the affair"})
	placeAll(t, s, id)
	if story, err = s.Story(ctx, id); err != nil || story.Articles != 3 {
		t.Errorf("%d articles: %v", story.Articles, err)
	}
	if due, err := s.DueStories(ctx, now.Add(time.Hour), 9); err != nil || len(due) != 0 {
		t.Errorf("due: %v %v", due, err)
	}
	var live []string
	err = s.Live(ctx, 100, func(story news.TrackedStory) error {
		if live = append(live, story.Story.ID); !story.Story.Pinned {
			t.Error("it may be merged into another")
		}
		return nil
	})
	if err != nil || !slices.Equal(live, []string{id}) {
		t.Errorf("tracking knows %v: %v", live, err)
	}
	if err := s.OweSilence(ctx, now.Add(48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	expect(t, "owed", owed(t, s, e.ID), "story.updated 1 superseded")
	expect(t, "in a digest", owed(t, s, digest.ID))
}
