package feed

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// statusReason says in plain words why a status is a failure, and what to do.
func statusReason(a *answer) error {
	return fmt.Errorf("the server answers %s: %s", strings.TrimSpace(fmt.Sprint(a.status, " ", http.StatusText(a.status))), statusHint(a))
}

func statusHint(a *answer) string {
	switch code := a.status; {
	case isChallenge(a.header, a.body):
		return "it wants proof that we are a browser; ask the publisher to let feed readers in"
	case code == http.StatusUnauthorized || code == http.StatusProxyAuthRequired || code == http.StatusNetworkAuthenticationRequired:
		return "it wants a log-in"
	case code == http.StatusForbidden || code == http.StatusUnavailableForLegalReasons:
		return "it refuses us; ask the publisher to let feed readers in"
	case code == http.StatusNotFound:
		return "there is no feed at this address; look on the site for a new one"
	case code == http.StatusGone:
		return "the feed is gone for good"
	case code == http.StatusTooManyRequests:
		return "it wants to be asked less often; we wait as it says, and longer from now on"
	case code >= 500:
		return "it has trouble of its own; we try again later"
	case code < 300:
		return "that is no document; we try again later"
	}
	return "see whether the address opens in a browser"
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
	case errors.Is(err, syscall.ENETUNREACH):
		return fmt.Errorf("this machine has no way to the server; check its network: %w", err)
	case strings.Contains(err.Error(), "response headers exceeded"):
		return fmt.Errorf("the server's headers are too long; tell its owner: %w", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return fmt.Errorf("the server closed the connection before it had answered; we try again later: %w", err)
	case strings.Contains(err.Error(), "malformed HTTP"):
		return fmt.Errorf("what answers there does not speak HTTP; check the address and port: %w", err)
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return fmt.Errorf("the server speaks http only; change https to http in the address: %w", err)
	}
	return fmt.Errorf("no answer: %w", err)
}

// isOurs reports whether no server was reached because this machine has no
// network or no name server.
func isOurs(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && !dns.IsNotFound || errors.Is(err, syscall.ENETUNREACH)
}
