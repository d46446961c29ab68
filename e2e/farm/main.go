// Command farm serves many made-up feeds on many loopback addresses, to measure
// what fetching, reading and storing them costs:
//
//	farm -feeds 1000 -hosts 500 -latency 20ms-200ms
//
// It prints the addresses of the feeds, one a line, and an empty line once it
// serves. Feed i is served by the address 127.1.a.b that i falls on, so that
// each host is one of its own. Then each line of standard input is a command,
// answered by one line of JSON: "add K" puts K new entries before the others of
// every feed; "stats" tells and forgets what the clients did.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "farm:", err)
		os.Exit(1)
	}
}

func run() error {
	var o options
	var latency string
	flag.IntVar(&o.feeds, "feeds", 1000, "how many feeds")
	flag.IntVar(&o.hosts, "hosts", 500, "how many hosts serve them")
	flag.IntVar(&o.items, "items", 25, "entries of a feed")
	flag.IntVar(&o.words, "words", 150, "words of an entry")
	flag.BoolVar(&o.etag, "etag", true, "give validators, and answer 304")
	flag.StringVar(&latency, "latency", "0s-0s", "least and most time an answer takes")
	flag.Parse()
	least, most, _ := strings.Cut(latency, "-")
	var err error
	if o.least, err = time.ParseDuration(least); err != nil {
		return fmt.Errorf("-latency: %w", err)
	}
	if o.most, err = time.ParseDuration(most); err != nil || o.most < o.least {
		return fmt.Errorf("-latency %q: write it as 20ms-200ms", latency)
	}
	f := newFarm(o)
	// One socket takes what comes for any loopback address.
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		return err
	}
	defer l.Close()
	served := make(chan error, 1)
	go func() { served <- (&http.Server{Handler: f, ReadHeaderTimeout: time.Minute}).Serve(l) }()
	port := l.Addr().(*net.TCPAddr).Port
	for i := range o.feeds {
		host := i % o.hosts
		fmt.Printf("http://127.1.%d.%d:%d/feed/%d.xml\n", host/250, host%250+1, port, i)
	}
	fmt.Println()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if err := command(f, lines.Text()); err != nil {
			return err
		}
	}
	select {
	case err := <-served:
		return err
	default:
		return lines.Err()
	}
}

func command(f *farm, line string) error {
	out := json.NewEncoder(os.Stdout)
	name, argument, _ := strings.Cut(line, " ")
	switch name {
	case "add":
		n, err := strconv.Atoi(argument)
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		f.render(n)
		return out.Encode(map[string]int{"items": f.total()})
	case "stats":
		return out.Encode(f.take())
	}
	return fmt.Errorf("%q is no command: write add K or stats", line)
}
