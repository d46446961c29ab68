package webhook

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func program(t *testing.T, argv ...string) news.Delivery {
	t.Helper()
	target, err := json.Marshal(argv)
	if err != nil {
		t.Fatal(err)
	}
	d := delivery("msg_1", 1, created)
	d.Endpoint = news.Endpoint{ID: 1, Format: news.Exec, Target: string(target)}
	return d
}

func TestExec(t *testing.T) {
	t.Setenv("TOKEN", "secret")
	s := Sender{Client: http.DefaultClient}.withDefaults()
	for _, tt := range []struct {
		name, script string
		status       int
		failure      string // "" for none
		body         string
	}{
		{"reads the payload", `cat; echo " $WEBHOOK_EVENT $WEBHOOK_ID $TOKEN"`, 0, "", "story.updated msg_1 \n"},
		{"reads nothing", `exit 0`, 0, "", ""},
		{"fails", `echo no such table >&2; exit 3`, 3, "the program ended with exit status 3: no such table", "no such table"},
		{"fails with what would be well in HTTP", `exit 200`, 200, "the program ended with exit status 200", ""},
		{"talks much", `head -c 100000 /dev/zero | tr '\0' x`, 0, "", "xxx"},
	} {
		ans := s.deliver(t.Context(), program(t, "/bin/sh", "-c", tt.script), created)
		if ans.status != tt.status || ans.failure() != tt.failure || !strings.Contains(ans.body, tt.body) || len(ans.body) > keptBytes {
			t.Errorf("%s: %d %q %q", tt.name, ans.status, ans.failure(), ans.body)
		}
		if strings.HasPrefix(tt.name, "reads the") && !strings.HasPrefix(ans.body, `{"type":"story.updated","timestamp":`) {
			t.Errorf("input %q", ans.body)
		}
	}
	if ans := s.deliver(t.Context(), program(t, "/no/such/program"), created); ans.failure() == "" {
		t.Error("a missing program went well")
	}
}

// When the time is up, what the program started ends with it.
func TestExecTimeout(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := os.ReadFile(pipe) // ends when nobody is left that could write
		ended <- err
	}()
	s := Sender{Client: http.DefaultClient, Timeout: 500 * time.Millisecond}.withDefaults()
	ans := s.deliver(t.Context(), program(t, "/bin/sh", "-c", `sleep 1000 > "$0" & wait`, pipe), created)
	if ans.failure() != "no answer within 500ms" {
		t.Errorf("%q", ans.failure())
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if ans := s.deliver(ctx, program(t, "/bin/sleep", "1000"), created); !ans.interrupted {
		t.Errorf("a stop was held against the program: %+v", ans)
	}
}
