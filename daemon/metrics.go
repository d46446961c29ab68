package daemon

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"github.com/storywire/storywire/storage"
)

// newMetrics serves the counts of the store, the loops and the process to
// Prometheus. Everything is read at the moment it is asked for.
func newMetrics(store *storage.Store, loops []*loop, version string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		counts, err := store.Counts(ctx)
		if err != nil {
			http.Error(w, "the store cannot be counted: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		set := metrics.NewSet()
		gauge := func(name string, value int) {
			set.NewGauge("storywire_"+name, func() float64 { return float64(value) })
		}
		gauge(fmt.Sprintf("info{version=%q}", version), 1)
		gauge("feeds", counts.Feeds)
		gauge("feeds_failing", counts.Failing)
		gauge("articles", counts.Articles)
		gauge("articles_untracked", counts.Untracked)
		gauge("stories", counts.Stories)
		gauge("stories_due", counts.Due)
		gauge("revisions", counts.Revisions)
		gauge("deliveries_pending", counts.Pending)
		gauge("deliveries_expired", counts.Expired)
		gauge("pages_due", counts.Pages)
		gauge("pages_failed", counts.Unread)
		gauge("hub_subscribers", counts.Subscribers)
		gauge("model_calls_day", counts.Calls)
		gauge("model_answers_day", counts.Answers)
		gauge("model_tokens_day", counts.Tokens)
		for _, l := range loops {
			set.NewCounter(fmt.Sprintf("storywire_step_runs_total{step=%q}", l.name)).Set(uint64(l.runs.Load()))
			set.NewCounter(fmt.Sprintf("storywire_step_errors_total{step=%q}", l.name)).Set(uint64(l.errors.Load()))
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		set.WritePrometheus(w)
		metrics.WriteProcessMetrics(w)
	})
}
