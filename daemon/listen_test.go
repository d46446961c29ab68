package daemon

import "testing"

func TestBaseURL(t *testing.T) {
	for _, c := range []struct{ base, address, want string }{
		{"", "127.0.0.1:8484", "http://127.0.0.1:8484"},
		{"", "0.0.0.0:8484", "http://localhost:8484"},
		{"", "[::]:8484", "http://localhost:8484"},
		{"", ":8484", "http://localhost:8484"},
		{"", "news.lan:80", "http://news.lan:80"},
		{"", "[::1]:8484", "http://[::1]:8484"},
		{"https://news.example.org/", ":8484", "https://news.example.org"},
	} {
		if got := baseURL(Config{BaseURL: c.base}, c.address); got != c.want {
			t.Errorf("%q, listening on %q: %s, want %s", c.base, c.address, got, c.want)
		}
	}
}
