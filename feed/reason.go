package feed

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// statusReason says in plain words why a status is a failure, and what to do.
func statusReason(resp *http.Response) error {
	code := resp.StatusCode
	hint := "see whether the address opens in a browser"
	switch {
	case resp.Header.Get("Cf-Mitigated") == "challenge":
		hint = "it wants proof that we are a browser; ask the publisher to let feed readers in"
	case code == http.StatusUnauthorized:
		hint = "it wants a log-in"
	case code == http.StatusForbidden || code == http.StatusUnavailableForLegalReasons:
		hint = "it refuses us; ask the publisher to let feed readers in"
	case code == http.StatusNotFound:
		hint = "there is no feed at this address; look on the site for a new one"
	case code == http.StatusGone:
		hint = "the feed is gone for good; it is polled no more"
	case code == http.StatusTooManyRequests:
		hint = "it wants to be asked less often; we wait as it says"
	case code >= 500:
		hint = "it has trouble of its own; we try again later"
	}
	return fmt.Errorf("the server answers %d %s: %s", code, http.StatusText(code), hint)
}

// networkReason says in plain words why no answer came. The cause stays
// wrapped.
func networkReason(err error) error {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		outer       *url.Error
		timeout     net.Error
	)
	if errors.As(err, &outer) {
		err = outer.Err // the address stands beside the feed already
	}
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Errorf("there is no server of this name; check the address: %w", err)
	case errors.As(err, &dns):
		return fmt.Errorf("the server's name could not be looked up; check this machine's network: %w", err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("the server takes no connections there; check the address and port: %w", err)
	case errors.As(err, &certificate):
		return fmt.Errorf("the server's certificate is not valid; its publisher has to renew it: %w", err)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("the server took too long; we try again later: %w", err)
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return fmt.Errorf("the server speaks http only; change https to http in the address: %w", err)
	}
	return fmt.Errorf("no answer: %w", err)
}
