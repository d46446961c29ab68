package storage

import (
	"errors"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func TestKeys(t *testing.T) {
	s := open(t, Options{})
	ctx, now := t.Context(), time.Now()
	add := func(sum, name string, scope news.Scope, until time.Time) bool {
		t.Helper()
		added, err := s.AddKey(ctx, news.Key{Sum: []byte(sum), Name: name, Scope: scope, Created: now, Until: until})
		if err != nil {
			t.Fatal(err)
		}
		return added
	}
	holds := func(sum string, at time.Time, want bool) {
		t.Helper()
		if k, err := s.FindKey(ctx, []byte(sum), at); (err == nil) != want || err != nil && !errors.Is(err, news.ErrNotFound) {
			t.Errorf("%s at %v: %v %v, want %v", sum, at, k, err, want)
		}
	}
	if !add("a", "reader", news.ScopeRead, time.Time{}) || add("b", "reader", news.ScopeWrite, time.Time{}) {
		t.Error("two keys of one name")
	}
	add("c", "", news.ScopeSession, now.Add(time.Hour))
	add("d", "", news.ScopeSession, now.Add(time.Hour))
	holds("a", now.Add(1000*time.Hour), true)
	holds("c", now, true)
	holds("c", now.Add(time.Hour), false)
	holds("b", now, false)
	if err := s.EndSession(ctx, []byte("c")); err != nil {
		t.Fatal(err)
	}
	holds("c", now, false)
	if err := s.SetPassword(ctx, "hash"); err != nil {
		t.Fatal(err)
	}
	holds("d", now, false) // a new password ends every session
	if hash, err := s.Password(ctx); hash != "hash" || err != nil {
		t.Errorf("password %q %v", hash, err)
	}
	if keys, err := s.Keys(ctx); len(keys) != 1 || keys[0].Name != "reader" || err != nil {
		t.Errorf("keys %v %v", keys, err)
	}
	if err := s.RemoveKey(ctx, "reader"); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveKey(ctx, "reader"); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	holds("a", now, false)
}
