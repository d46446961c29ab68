package daemon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAccess(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"good": "tide table gull rope\n", "short": "gull", "bad": "$argon2id$v=1"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		file, proxy, want string
	}{
		{"", "10.0.0.1", ""},
		{"good", "10.0.0.0/8", ""},
		{"short", "::1", "shorter than"},
		{"bad", "::1", "no password hash"},
		{"none", "::1", "no such file"},
		{"", "gate.example", "access.proxies"},
	} {
		config := DefaultConfig()
		if c.file != "" {
			config.Access.PasswordFile = filepath.Join(dir, c.file)
		}
		config.Access.Proxies = []string{c.proxy}
		a, err := access(config)
		if c.want == "" && (err != nil || len(a.Proxies) != 1 || (a.Password != "") != (c.file != "")) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: %+v %v", c, a, err)
		}
	}
}
