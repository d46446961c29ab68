package daemon

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/storywire/storywire/storage"
)

// metrics serves the counts of the store and the loops to Prometheus.
func metrics(store *storage.Store, loops []*loop, version string) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&gauges{store: store, loops: loops, version: version})
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// gauges reads everything at the moment it is asked.
type gauges struct {
	store   *storage.Store
	loops   []*loop
	version string
}

// Describe sends nothing: what is collected is described as it comes.
func (g *gauges) Describe(chan<- *prometheus.Desc) {}

// Collect sends the counts.
func (g *gauges) Collect(out chan<- prometheus.Metric) {
	send := func(kind prometheus.ValueType, name, help string, value float64, labels prometheus.Labels) {
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, labels), kind, value)
	}
	send(prometheus.GaugeValue, "storywire_info", "The version that runs.", 1, prometheus.Labels{"version": g.version})
	for _, l := range g.loops {
		step := prometheus.Labels{"step": l.name}
		send(prometheus.CounterValue, "storywire_step_runs_total", "Calls of a step.", float64(l.runs.Load()), step)
		send(prometheus.CounterValue, "storywire_step_errors_total", "Calls of a step that failed.", float64(l.errors.Load()), step)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	counts, err := g.store.Counts(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(prometheus.NewDesc("storywire_counts", "Counts of the store.", nil, nil), err)
		return
	}
	send(prometheus.GaugeValue, "storywire_feeds", "Feeds that are polled.", float64(counts.Feeds), nil)
	send(prometheus.GaugeValue, "storywire_feeds_failing", "Feeds whose last fetch failed.", float64(counts.Failing), nil)
	send(prometheus.GaugeValue, "storywire_articles", "Articles stored.", float64(counts.Articles), nil)
	send(prometheus.GaugeValue, "storywire_stories", "Stories a reader can see.", float64(counts.Stories), nil)
	send(prometheus.GaugeValue, "storywire_revisions", "Revisions written.", float64(counts.Revisions), nil)
	send(prometheus.GaugeValue, "storywire_deliveries_pending", "Webhook deliveries not made yet.", float64(counts.Pending), nil)
}
