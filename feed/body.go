package feed

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// acceptEncoding is what readBody can undo.
const acceptEncoding = "gzip, br, zstd"

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
	wire, err := receive(resp, limit)
	if err != nil {
		return nil, err
	}
	return expand(wire, resp.Header.Get("Content-Encoding"), limit)
}

// receive reads a response's body as it is sent.
func receive(resp *http.Response, limit int64) ([]byte, error) {
	if resp.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	return readAll(resp.Body, limit, 0)
}

// expand undoes the content codings of a body.
func expand(wire []byte, codings string, limit int64) ([]byte, error) {
	sent := bufio.NewReader(bytes.NewReader(wire))
	plain, err := decompress(sent, codings)
	if err != nil {
		return nil, err
	}
	if plain == sent {
		return wire, nil
	}
	return readAll(plain, limit, unzipped(wire))
}

// unzipped is how long the document in a gzip file says it is, as far as that
// can be true; 0 for what is no gzip file.
func unzipped(wire []byte) int64 {
	const most = 1032 // times: no gzip file grows by more
	if n := len(wire); n > 18 && wire[0] == 0x1f && wire[1] == 0x8b {
		said := int64(wire[n-1])<<24 | int64(wire[n-2])<<16 | int64(wire[n-3])<<8 | int64(wire[n-4])
		return min(said, int64(n)*most)
	}
	return 0
}

// readAll reads at most limit bytes, and tells in words why it cannot. Where it
// is known how many to expect, they take their room once.
func readAll(r io.Reader, limit, expected int64) (b []byte, err error) {
	r = &limitReader{r, limit}
	if expected > 0 {
		var all bytes.Buffer
		all.Grow(int(min(expected, limit)) + bytes.MinRead)
		_, err = all.ReadFrom(r)
		b = all.Bytes()
	} else {
		b, err = io.ReadAll(r)
	}
	var network net.Error
	switch {
	case err == nil:
		return b, nil
	case errors.Is(err, errTooLarge):
		return nil, tooLarge(limit)
	case errors.As(err, &network), errors.Is(err, context.Canceled):
		return nil, networkReason(err)
	}
	return nil, fmt.Errorf("the answer broke off or was damaged on the way; we try again later: %w", err)
}

func tooLarge(limit int64) error {
	return fmt.Errorf("the document is larger than the %d KiB allowed (compressed or expanded)", limit>>10)
}

// maxCodings is how many content codings may lie over each other. One is
// usual; a proxy may add another.
const maxCodings = 2

// decompress undoes the content codings, the last applied first. What was
// compressed without saying so, or not compressed as said, is told by its first
// bytes.
func decompress(r *bufio.Reader, codings string) (*bufio.Reader, error) {
	list := strings.FieldsFunc(strings.ToLower(codings), func(c rune) bool { return c == ',' || c == ' ' })
	if len(list) > maxCodings {
		return nil, fmt.Errorf("the answer is compressed %d times over (%s); tell the server's owner", len(list), codings)
	}
	if len(list) == 0 {
		list = []string{"identity"}
	}
	for _, coding := range slices.Backward(list) {
		plain, err := undo(r, coding)
		if err != nil {
			return nil, err
		}
		r = bufio.NewReader(plain)
	}
	return r, nil
}

// undo undoes one coding.
func undo(r *bufio.Reader, coding string) (io.Reader, error) {
	magic, _ := r.Peek(4)
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("the gzip answer is damaged: %w", err)
		}
		return z, nil
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20)) // RFC 9659
		if err != nil {
			return nil, err
		}
		return z, nil
	case coding == "br":
		return brotli.NewReader(r), nil
	case coding == "deflate":
		return inflate(r, magic)
	case slices.Contains([]string{"identity", "gzip", "x-gzip", "zstd", "utf-8"}, coding):
		return r, nil // a header over a plain body happens too
	}
	return nil, fmt.Errorf("the server answers in a coding we did not ask for (%s)", coding)
}

// inflate reads deflate, which RFC 9110 wants with the header of zlib and some
// servers send without.
func inflate(r *bufio.Reader, magic []byte) (io.Reader, error) {
	if len(magic) > 1 && magic[0]&0x0f == 8 && (uint(magic[0])<<8|uint(magic[1]))%31 == 0 {
		return zlib.NewReader(r)
	}
	return flate.NewReader(r), nil
}

// digest is of a document: its bytes and what they are to be read by.
func digest(a answer) []byte {
	h := sha256.New()
	_, _ = io.WriteString(h, a.address+"\n"+a.contentType+"\n")
	_, _ = h.Write(a.body)
	return h.Sum(nil)[:16]
}
