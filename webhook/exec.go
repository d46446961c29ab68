package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/storywire/storywire/news"
)

// run hands a delivery to a local program: the payload of the standard format
// on its input, what it is about in its environment. Its exit status is the
// outcome, what it prints is kept. When its time is up it is killed with all it
// started.
func (s Sender) run(ctx context.Context, d news.Delivery) answer {
	var argv []string
	if err := json.Unmarshal([]byte(d.Endpoint.Target), &argv); err != nil || len(argv) == 0 {
		return answer{err: errors.New("the endpoint names no program; remove it and add it again")}
	}
	body, err := payload(d, s.Fill)
	if err != nil {
		return answer{err: err}
	}
	var out printed
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(body), &out, &out
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "LANG=" + os.Getenv("LANG"),
		"WEBHOOK_ID=" + d.ID, "WEBHOOK_EVENT=" + d.Event}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	ans := answer{body: strings.ToValidUTF8(string(out), "\uFFFD"), err: err}
	if exited, ok := errors.AsType[*exec.ExitError](err); ok {
		ans.status, ans.err = exited.ExitCode(), fmt.Errorf("the program ended with %s", exited)
	}
	ans.ok = err == nil
	return ans
}

// printed keeps the first bytes of what a program prints and takes in the rest.
type printed []byte

func (p *printed) Write(b []byte) (int, error) {
	*p = append(*p, b[:min(len(b), keptBytes-len(*p))]...)
	return len(b), nil
}
