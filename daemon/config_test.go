package daemon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestLoadConfig(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", ""},
		{"whole", "listen = '127.0.0.1:0'\nbase_url = 'https://x.example/n'\n[story]\nsettle = '90s'\nquiet_after = '5d'\n[webhook]\nretries = ['1s', '2m']\n", ""},
		{"unknown key", "listen = ':1'\n\n[poll]\nintervall = '1m'\n", `line 4: unknown key "poll.intervall"`},
		{"unknown table", "[pol]\ninterval = '1m'\n", `line 1: unknown key "pol"`},
		{"bad syntax", "listen = \n", "line 1"},
		{"bad duration", "[poll]\ntimeout = 'soon'\n", "line 2, column 11"},
		{"negative", "[poll]\ntimeout = '-1s'\n", "not a length of time"},
		{"no unit", "[story]\nsettle = 120\n", `story: 120 is no length of time`},
		{"negative number", "[webhook]\nretries = ['5s', '0s']\ntimeout = -15\n", "webhook: -15 is no length"},
		{"no unit in a list", "[webhook]\nretries = ['5s', 300]\n", "webhook: 300 is no length"},
		{"no port", "listen = 'here'\n", "listen: "},
		{"bad address", "base_url = 'news.example'\n", "base_url: "},
		{"order", "[poll]\ninterval = '1s'\n", "rising order"},
		{"no list", "feeds = 'none.opml'\n", "there is no file"},
		{"too long", "[story]\nsettle = '30d'\n", "a week at most"},
		{"level", "[log]\nlevel = 'loud'\n", "log.level"},
		{"reading", "[access]\nreading = 'some'\n", "access.reading"},
		{"no hub", "[hub]\nping = ['hub.example']\n", "hub.ping"},
		{"writer", "[writer]\napi = 'ollama'\nmodel = 'm'\n", ""},
		{"no such api", "[writer]\napi = 'oracle'\n", "writer.api"},
		{"no model", "[writer]\napi = 'openai'\n", "writer.model"},
		{"key in address", "[writer]\napi = 'openai'\nmodel = 'm'\nurl = 'https://a:b@llm.example'\n", "writer.url"},
		{"patient", "[writer]\napi = 'openai'\nmodel = 'm'\ntimeout = '1h'\n", "writer.timeout"},
		{"none parallel", "[poll]\nparallel = 0\n", "poll.parallel"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "storywire.toml")
			if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := LoadConfig(path)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestConfigPathsAndUnits(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CONFIGURATION_DIRECTORY", dir)
	t.Chdir(t.TempDir())
	t.Setenv("STATE_DIRECTORY", "/var/lib/storywire")
	if err := os.WriteFile(filepath.Join(dir, "feeds.opml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "storywire.toml"), []byte("feeds = 'feeds.opml'\n[story]\nwindow = '2d'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := LoadConfig("")
	if err != nil {
		t.Fatal(err)
	}
	if c.Database != "/var/lib/storywire/storywire.db" || c.Feeds != filepath.Join(dir, "feeds.opml") || c.Story.Window.D() != 48*time.Hour {
		t.Errorf("%+v", c)
	}
	if _, err := LoadConfig(filepath.Join(dir, "none.toml")); err == nil {
		t.Error("a named file that is not there was passed over")
	}
}

func TestConfigNamesTheUsualList(t *testing.T) {
	t.Setenv("CONFIGURATION_DIRECTORY", "")
	dir := t.TempDir()
	for name, content := range map[string]string{"storywire.toml": "feeds = 'feeds.opml'\n", "feeds.opml": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := LoadConfig(filepath.Join(dir, "storywire.toml"))
	if err != nil || c.Feeds != filepath.Join(dir, "feeds.opml") {
		t.Errorf("feeds %q, %v: a path in the file is meant from where the file lies", c.Feeds, err)
	}
}

// The hub and pushes need an address that others can reach, and the hub hands
// out only what is public.
func TestConfigReachable(t *testing.T) {
	for _, c := range []struct {
		base, reading string
		hub, push     bool
	}{
		{"https://news.example.org", "public", true, true}, {"https://news.example.org", "keys", false, true}, {"", "public", false, false},
	} {
		config := DefaultConfig()
		config.BaseURL, config.Access.Reading = c.base, c.reading
		if got := config.reachable(); got.Hub.Serve != c.hub || got.Poll.Push != c.push {
			t.Errorf("%+v: hub %v, push %v", c, got.Hub.Serve, got.Poll.Push)
		}
	}
}
