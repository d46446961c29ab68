package feed

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
)

// acceptEncoding is what readBody can undo.
const acceptEncoding = "gzip, br"

var errTooLarge = errors.New("too large")

// limitReader reads at most left bytes and then fails, unlike io.LimitReader,
// which would make a cut document look whole.
type limitReader struct {
	r    io.Reader
	left int64
}

func (l *limitReader) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// readBody reads a response's body, decompressed. Neither form may be longer
// than limit.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	if resp.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	wire := bufio.NewReader(&limitReader{resp.Body, limit})
	plain, err := decompress(wire, resp.Header.Get("Content-Encoding"))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(&limitReader{plain, limit})
	switch {
	case errors.Is(err, errTooLarge):
		return nil, tooLarge(limit)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("the answer broke off or was damaged on the way: %w", err)
	}
	return b, err
}

func tooLarge(limit int64) error {
	return fmt.Errorf("the document is larger than the %d KiB allowed (compressed or expanded)", limit>>10)
}

// decompress undoes a content coding. Some servers compress without saying so,
// which the first two bytes tell.
func decompress(r *bufio.Reader, coding string) (io.Reader, error) {
	magic, _ := r.Peek(2)
	gzipped := string(magic) == "\x1f\x8b"
	switch coding = strings.ToLower(strings.TrimSpace(coding)); {
	case gzipped:
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("the gzip answer is damaged: %w", err)
		}
		return z, nil
	case coding == "br":
		return brotli.NewReader(r), nil
	case coding == "", coding == "identity", coding == "gzip", coding == "x-gzip":
		return r, nil // a gzip header over a plain body happens too
	}
	return nil, fmt.Errorf("the server answers in a coding we did not ask for (%s)", coding)
}
