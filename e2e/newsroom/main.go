// Command newsroom serves the demo's outlets for end-to-end tests and lets
// them appear under control: it prints {"base","feeds","old","total"} on its
// first line, then reads numbers of steps from standard input, one a line, and
// answers each with "ok" once so many are out.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/storywire/storywire/demo"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "newsroom:", err)
		os.Exit(1)
	}
}

func run() error {
	const span = 1000 * time.Hour
	var elapsed atomic.Int64
	room, err := demo.New(demo.Options{Span: span, Elapsed: func() time.Duration { return time.Duration(elapsed.Load()) }})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- room.Serve(ctx, l) }()
	defer func() { cancel(); <-served }()

	base := "http://" + l.Addr().String()
	var feeds []string
	for _, f := range room.Feeds(base) {
		feeds = append(feeds, f.URL)
	}
	old, total := room.Released(0), room.Total()
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(map[string]any{"base": base, "feeds": feeds, "old": old, "total": total}); err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			return fmt.Errorf("number of steps: %w", err)
		}
		// Half a step further, so that rounding cannot lose one.
		elapsed.Store(int64(float64(span) * (float64(n-old) + 0.5) / float64(total-old)))
		if got := room.Released(time.Duration(elapsed.Load())); got != min(n, total) {
			return fmt.Errorf("%d steps are out, not %d", got, n)
		}
		fmt.Println("ok")
	}
	return lines.Err()
}
