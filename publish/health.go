package publish

import (
	"fmt"
	"time"

	"github.com/storywire/storywire/news"
)

// Health says in plain words how a feed is.
type Health struct {
	State   string // "well", "failing, 3 times in a row"
	Reason  string // why it fails, "" if it does not
	Advice  string // what a person can do, "" if nothing has to be done
	Trouble bool   // a person should have a look
}

// lost is the time without a success after which a feed that fails is unlikely
// to come back by itself.
const lost = 14 * 24 * time.Hour

// HealthOf judges a feed at now.
func HealthOf(f news.Feed, now time.Time) Health {
	h := Health{State: "well", Reason: f.LastError}
	switch {
	case f.State == news.FeedRemoved:
		h.State, h.Reason = "removed", ""
	case f.State == news.FeedGone:
		h.State, h.Trouble = "gone for good, says its server; polled no more", true
		h.Advice = "remove it, or ask once more: storywire feed add " + withoutPassword(f.URL)
	case f.Failures > 0:
		h.State, h.Trouble = "failing, "+times(f.Failures), true
		h.Advice = failing(f, now)
	case f.LastFetch.IsZero():
		h.State = "not polled yet"
	case f.Moved != "":
		h.State = "well, moved to " + withoutPassword(f.Moved)
	}
	if f.Offered != "" && h.Trouble {
		h.Advice = fmt.Sprintf("its site offers another feed: storywire feed add %s; storywire feed remove %s",
			withoutPassword(f.Offered), withoutPassword(f.URL))
	}
	return h
}

func failing(f news.Feed, now time.Time) string {
	switch {
	case f.LastSuccess.IsZero():
		return "it has never worked: look whether the address is right"
	case now.Sub(f.LastSuccess) >= lost:
		return fmt.Sprintf("nothing came for %d days: look on the site for its new address, or remove it", int(now.Sub(f.LastSuccess).Hours()/24))
	}
	return "nothing yet: it is asked again by itself"
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times in a row", n)
}

// Rate puts articles a week in a few words; "" for none.
func Rate(weekly float64) string {
	switch {
	case weekly <= 0:
		return ""
	case weekly < 1:
		return "less than 1"
	}
	return fmt.Sprintf("%.0f", weekly)
}
