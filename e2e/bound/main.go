// Command bound does the least that polling can be: it fetches feeds, and if
// told to also parses them with gofeed and inserts their entries into SQLite in
// one batch. What storywire costs is measured against it.
//
//	bound -mode fetch|parse|insert -urls FILE -db FILE
//
// Run again with the same database, in mode insert, it asks conditionally. It
// prints {"ok","unchanged","items"}.
package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"sync"

	"github.com/mmcdole/gofeed"
	_ "modernc.org/sqlite" // the driver
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bound:", err)
		os.Exit(1)
	}
}

// bound is one round over feeds.
type bound struct {
	mode     string
	parallel int
	client   *http.Client
	db       *sql.DB
	etags    map[string]string

	mu   sync.Mutex
	tell struct {
		OK        int `json:"ok"`
		Unchanged int `json:"unchanged"`
		Items     int `json:"items"`
	}
	batch []page
}

// page is a feed that was fetched.
type page struct {
	address, etag string
	feed          *gofeed.Feed
}

func run() error {
	b := &bound{etags: map[string]string{}}
	var list, path string
	flag.StringVar(&b.mode, "mode", "insert", "fetch, parse or insert")
	flag.StringVar(&list, "urls", "", "file of addresses, one a line")
	flag.StringVar(&path, "db", "", "database")
	flag.IntVar(&b.parallel, "parallel", 64, "fetches at once")
	flag.Parse()
	b.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2, MaxIdleConns: 100}}
	byHost, err := read(list)
	if err != nil {
		return err
	}
	if b.mode == "insert" {
		if err := b.open(path); err != nil {
			return err
		}
		defer b.db.Close()
	}
	if err := b.round(byHost); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(b.tell)
}

// read lists the addresses of a file by their host.
func read(list string) (map[string][]string, error) {
	file, err := os.Open(list)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	byHost := map[string][]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		u, err := url.Parse(lines.Text())
		if err != nil {
			return nil, err
		}
		byHost[u.Host] = append(byHost[u.Host], u.String())
	}
	return byHost, nil
}

func (b *bound) open(path string) (err error) {
	b.db, err = sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate")
	if err != nil {
		return err
	}
	b.db.SetMaxOpenConns(1)
	if _, err = b.db.Exec(`CREATE TABLE IF NOT EXISTS feed (url TEXT PRIMARY KEY, etag TEXT) WITHOUT ROWID;
		CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, feed TEXT, guid TEXT, title TEXT, url TEXT, published INTEGER, text TEXT, UNIQUE (feed, guid))`); err != nil {
		return err
	}
	rows, err := b.db.Query(`SELECT url, etag FROM feed`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var address, etag string
		if err := rows.Scan(&address, &etag); err != nil {
			return err
		}
		b.etags[address] = etag
	}
	return rows.Err()
}

// round fetches all, the feeds of one host one after the other.
func (b *bound) round(byHost map[string][]string) error {
	turn := make(chan struct{}, b.parallel)
	failed := make(chan error, len(byHost))
	for _, feeds := range byHost {
		go func() {
			var err error
			for _, address := range feeds {
				turn <- struct{}{}
				err = errors.Join(err, b.one(address))
				<-turn
			}
			failed <- err
		}()
	}
	var err error
	for range byHost {
		err = errors.Join(err, <-failed)
	}
	return errors.Join(err, b.flush(0))
}

func (b *bound) one(address string) error {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	if etag := b.etags[address]; etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	p := page{address: address, etag: resp.Header.Get("ETag")}
	if b.mode != "fetch" && resp.StatusCode == http.StatusOK {
		if p.feed, err = gofeed.NewParser().Parse(bytes.NewReader(body)); err != nil {
			return fmt.Errorf("%s: %w", address, err)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if resp.StatusCode == http.StatusNotModified {
		b.tell.Unchanged++
		return nil
	}
	b.tell.OK++
	if p.feed != nil {
		b.tell.Items += len(p.feed.Items)
		b.batch = append(b.batch, p)
	}
	return b.flush(100)
}

// flush inserts what was read, if it is more than so many feeds.
func (b *bound) flush(above int) error {
	if b.mode != "insert" || len(b.batch) <= above {
		return nil
	}
	tx, err := b.db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	insert, err := tx.Prepare(`INSERT INTO item (feed, guid, title, url, published, text) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	if err != nil {
		return err
	}
	for _, p := range b.batch {
		for _, item := range p.feed.Items {
			if _, err := insert.Exec(p.address, item.GUID, item.Title, item.Link, item.PublishedParsed.UnixMilli(), item.Description); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`INSERT INTO feed VALUES (?, ?) ON CONFLICT DO UPDATE SET etag = excluded.etag`, p.address, p.etag); err != nil {
			return err
		}
	}
	b.batch = nil
	return tx.Commit()
}
