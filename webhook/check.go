package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// Formats returns the formats an endpoint may have.
func Formats() []news.Format {
	return []news.Format{news.Standard, news.Slack, news.Discord, news.Teams, news.Ntfy, news.Matrix, news.Telegram, news.Email, news.Exec}
}

// telegramToken is how the tokens of bots look.
var telegramToken = regexp.MustCompile(`^\d+:[\w-]+$`)

// Check says what is wrong with an endpoint that is to be added, and how to
// mend it.
func Check(e news.Endpoint) error {
	if !slices.Contains(Formats(), e.Format) {
		return fmt.Errorf("there is no format %q", e.Format)
	}
	if err := checkWants(e.Wants); err != nil {
		return err
	}
	switch e.Format {
	case news.Exec:
		return checkProgram(e)
	case news.Email:
		return checkMail(e)
	}
	u, err := url.Parse(e.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%q is not an address to send to: it begins with http:// or https://", hide(e))
	}
	switch e.Format {
	case news.Standard:
		return CheckSecret(e.Secret)
	case news.Ntfy:
		_, _, err := ntfyTopic(e.URL)
		return err
	case news.Matrix:
		if e.Secret == "" || !strings.HasPrefix(e.Target, "!") {
			return errors.New("matrix needs the id of a room (--to '!…:server') and an access token (--secret-file)")
		}
	case news.Telegram:
		if !telegramToken.MatchString(e.Secret) || e.Target == "" {
			return errors.New("telegram needs the id of a chat (--to) and the token of a bot (--secret-file)")
		}
	}
	return nil
}

func hide(e news.Endpoint) string {
	if e.Format.SecretURL() {
		return "what the file holds"
	}
	return e.URL
}

func checkWants(w news.Wants) error {
	for _, event := range w.Events {
		if !slices.Contains(news.Events(), event) {
			return fmt.Errorf("there is no event %q: there are %s", event, strings.Join(news.Events(), ", "))
		}
	}
	if len(w.Events) == 0 {
		return errors.New("an endpoint wants one event at least")
	}
	if w.MinArticles < 0 || w.MinInterval < 0 || w.MinInterval > 7*24*time.Hour {
		return errors.New("a minimum must not be below 0, an interval not over a week")
	}
	if w.Digest == "" {
		return nil
	}
	if w.MinArticles > 0 || w.MinInterval > 0 {
		return errors.New("a digest is sent once a day whatever is in it: leave out the least interval and the least number of articles")
	}
	clock, zone, _ := strings.Cut(w.Digest, " ")
	if _, err := time.Parse("15:04", clock); err != nil {
		return fmt.Errorf("%q is not a time of day: write it as 07:30", clock)
	}
	if _, err := time.LoadLocation(zone); err != nil {
		return fmt.Errorf("%q is not a time zone: write it as Europe/Berlin", zone)
	}
	return nil
}

func checkProgram(e news.Endpoint) error {
	var argv []string
	if err := json.Unmarshal([]byte(e.Target), &argv); err != nil || len(argv) == 0 || !filepath.IsAbs(argv[0]) {
		return errors.New("name the program with its whole path")
	}
	if _, err := exec.LookPath(argv[0]); err != nil {
		return fmt.Errorf("%s is not a program that can be run: %w", argv[0], err)
	}
	return nil
}

func checkMail(e news.Endpoint) error {
	u, err := url.Parse(e.URL)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return fmt.Errorf("%q is not a mail server: write it as smtps://USER@HOST:465?from=SENDER or smtp://…:587", e.URL)
	}
	if _, inside := u.User.Password(); inside {
		return errors.New("the password belongs into a file: --secret-file")
	}
	if (u.User.Username() == "") != (e.Secret == "") {
		return errors.New("a user (smtps://USER@HOST) and a password (--secret-file) go together")
	}
	if _, err := mail.ParseAddress(u.Query().Get("from")); err != nil {
		return errors.New("the server's address names no sender: end it with ?from=SENDER")
	}
	if _, err := mail.ParseAddressList(e.Target); err != nil {
		return errors.New("name the recipients: --to 'a@example.org, b@example.org'")
	}
	return nil
}
