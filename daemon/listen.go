package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
)

// listen takes the address to serve on; an error says what to do.
func listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		err = fmt.Errorf("%w: is another storywire running? --listen 127.0.0.1:0 picks a free port", err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		err = fmt.Errorf("%w: it is none of this machine's; 0.0.0.0 stands for all it has", err)
	case errors.Is(err, syscall.EACCES):
		err = fmt.Errorf("%w: ports below 1024 take a right of their own; choose a higher one", err)
	}
	return listener, err
}

// baseURL is how readers reach the daemon that listens on an address.
func baseURL(c Config, address string) string {
	if c.BaseURL != "" {
		return strings.TrimRight(c.BaseURL, "/")
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "http://" + address
	}
	if everywhere(host) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// everywhere reports whether a host stands for all addresses of this machine.
func everywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}
