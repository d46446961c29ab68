package daemon

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/web"
)

// access is who may read and write, from the configuration.
func access(c Config) (web.Access, error) {
	a := web.Access{Private: c.Access.Reading == "keys", Loopback: c.Access.Loopback}
	for _, name := range c.Access.Hosts {
		a.Hosts = append(a.Hosts, strings.ToLower(name))
	}
	// A machine on a network is asked under its own name, too.
	if host, _, err := net.SplitHostPort(c.Listen); err == nil && !isLoopback(host) {
		if name, err := os.Hostname(); err == nil {
			a.Hosts = append(a.Hosts, strings.ToLower(name), strings.ToLower(name)+".local")
		}
	}
	for _, p := range c.Access.Proxies {
		prefix, err := netip.ParsePrefix(p)
		if ip, bad := netip.ParseAddr(p); bad == nil {
			prefix, err = netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()), nil
		}
		if err != nil {
			return a, fmt.Errorf("access.proxies: %q is no address or network: write it as \"10.0.0.1\" or \"10.0.0.0/24\"", p)
		}
		a.Proxies = append(a.Proxies, prefix)
	}
	var err error
	a.Password, err = givenPassword(c.Access.PasswordFile)
	return a, err
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == localhost || err == nil && ip.IsLoopback()
}

// givenPassword reads the hash of the admin password from a file that holds it,
// or the password itself. "" without a file.
func givenPassword(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("access.password_file: %w", err)
	}
	password := strings.TrimRight(string(b), "\r\n")
	if strings.HasPrefix(password, "$argon2id$") {
		err = web.CheckHash(password)
	} else {
		password, err = web.HashPassword(password)
	}
	if err != nil {
		return "", fmt.Errorf("access.password_file %s: %w", file, err)
	}
	return password, nil
}

// SetPassword keeps the hash of a new admin password in the database and logs
// every browser out.
func SetPassword(ctx context.Context, store *storage.Store, password string) error {
	hash, err := web.HashPassword(password)
	if err != nil {
		return err
	}
	return store.SetPassword(ctx, hash)
}
