package webhook

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/storywire/storywire/news"
)

// server takes one mail after another and says what it got. It knows as much
// of SMTP as that takes.
func server(t *testing.T, refuse string) (address string, got func() string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	talk := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var said strings.Builder
		fmt.Fprint(conn, "220 test ESMTP\r\n")
		data := false
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			line := lines.Text()
			said.WriteString(line + "\n")
			verb := strings.ToUpper(strings.Fields(line + " .")[0])
			switch {
			case data && line == ".":
				data = false
				fmt.Fprint(conn, "250 taken\r\n")
			case data:
			case refuse != "" && verb == refuse:
				fmt.Fprint(conn, "550 no such person\r\n")
			case verb == "EHLO":
				fmt.Fprint(conn, "250-test\r\n250 8BITMIME\r\n")
			case verb == "DATA":
				data = true
				fmt.Fprint(conn, "354 go on\r\n")
			case verb == "QUIT":
				fmt.Fprint(conn, "221 bye\r\n")
				talk <- said.String()
				return
			default:
				fmt.Fprint(conn, "250 ok\r\n")
			}
		}
		talk <- said.String()
	}()
	return listener.Addr().String(), func() string { return <-talk }
}

func mailTo(address string) news.Delivery {
	d := delivery("msg_1", 1, created)
	d.Body.Story.Title = "Bridge\r\nBcc: all@example.org"
	d.Endpoint = news.Endpoint{ID: 1, Format: news.Email, URL: "smtp://" + address + "?from=wire@example.org", Target: "Ann <ann@example.org>, bob@example.org"}
	return d
}

func TestMail(t *testing.T) {
	address, got := server(t, "")
	s := Sender{Client: http.DefaultClient}.withDefaults()
	if ans := s.deliver(t.Context(), mailTo(address), created); ans.failure() != "" {
		t.Fatal(ans.failure())
	}
	said := got()
	for _, want := range []string{
		"MAIL FROM:<wire@example.org>", "RCPT TO:<ann@example.org>", "RCPT TO:<bob@example.org>",
		"Message-ID: <msg_1@127.0.0.1>", "Subject: Bridge Bcc: all@example.org: Updated (12 articles)",
		"Auto-Submitted: auto-generated", "The council agreed to a second vote.", "http://127.0.0.1:8484/s/k3x9/r/3",
		"Date: Wed, 04 Mar 2026 05:06:07 +0000",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if strings.Contains(said, "\nBcc:") || strings.Contains(said, "RCPT TO:<all@") {
		t.Errorf("a title wrote a header:\n%s", said)
	}
}

func TestMailRefused(t *testing.T) {
	address, got := server(t, "RCPT")
	s := Sender{Client: http.DefaultClient}.withDefaults()
	ans := s.deliver(t.Context(), mailTo(address), created)
	if !strings.Contains(ans.failure(), "no such person") {
		t.Errorf("%q", ans.failure())
	}
	got()
}

// Where there is a password, it is not sent over a line that anybody can read.
func TestMailPasswordNeedsTLS(t *testing.T) {
	address, got := server(t, "")
	s := Sender{Client: http.DefaultClient}.withDefaults()
	d := mailTo(address)
	d.Endpoint.URL, d.Endpoint.Secret = "smtp://ann@"+address+"?from=wire@example.org", "hunter2"
	ans := s.deliver(t.Context(), d, created)
	if ans.failure() == "" || strings.Contains(ans.failure(), "hunter2") {
		t.Errorf("%q", ans.failure())
	}
	if said := got(); strings.Contains(said, "AUTH") {
		t.Errorf("said %q", said)
	}
}

func TestCheck(t *testing.T) {
	wants := news.Wants{Events: []string{news.StoryUpdated}}
	digest := func(s string) news.Wants { return news.Wants{Events: wants.Events, Digest: s} }
	for _, tt := range []struct {
		e  news.Endpoint
		ok bool
	}{
		{news.Endpoint{Format: news.Standard, URL: "https://a.example/", Secret: NewSecret()}, true},
		{news.Endpoint{Format: news.Standard, URL: "a.example", Secret: NewSecret()}, false},
		{news.Endpoint{Format: news.Standard, URL: "https://a.example/", Secret: "hunter2"}, false},
		{news.Endpoint{Format: "pigeon", URL: "https://a.example/"}, false},
		{news.Endpoint{Format: news.Slack, URL: "https://a.example/x"}, true},
		{news.Endpoint{Format: news.Ntfy, URL: "https://ntfy.sh/x"}, true},
		{news.Endpoint{Format: news.Ntfy, URL: "https://ntfy.sh/"}, false},
		{news.Endpoint{Format: news.Matrix, URL: "https://m.example", Target: "!a:b", Secret: "x"}, true},
		{news.Endpoint{Format: news.Matrix, URL: "https://m.example", Target: "#a:b", Secret: "x"}, false},
		{news.Endpoint{Format: news.Telegram, URL: "https://t.example", Target: "1", Secret: "1:x"}, true},
		{news.Endpoint{Format: news.Telegram, URL: "https://t.example", Target: "1", Secret: "../x"}, false},
		{news.Endpoint{Format: news.Email, URL: "smtp://h?from=a@b.c", Target: "d@e.f"}, true},
		{news.Endpoint{Format: news.Email, URL: "smtp://h", Target: "d@e.f"}, false},
		{news.Endpoint{Format: news.Email, URL: "smtps://u:pw@h?from=a@b.c", Target: "d@e.f", Secret: "pw"}, false},
		{news.Endpoint{Format: news.Email, URL: "smtps://u@h?from=a@b.c", Target: "d@e.f"}, false},
		{news.Endpoint{Format: news.Email, URL: "smtp://h?from=a@b.c", Target: "nobody"}, false},
		{news.Endpoint{Format: news.Exec, Target: `["/bin/sh"]`}, true},
		{news.Endpoint{Format: news.Exec, Target: `["sh"]`}, false},
		{news.Endpoint{Format: news.Exec, Target: `["/no/such"]`}, false},
		{news.Endpoint{Format: news.Exec, Target: `null`}, false},
		{news.Endpoint{Format: news.Slack, URL: "https://a.example/x", Wants: digest("07:30 Europe/Berlin")}, true},
		{news.Endpoint{Format: news.Slack, URL: "https://a.example/x", Wants: digest("7 am")}, false},
		{news.Endpoint{Format: news.Slack, URL: "https://a.example/x", Wants: digest("07:30 Mars")}, false},
		{news.Endpoint{Format: news.Slack, URL: "https://a.example/x", Wants: news.Wants{Events: []string{"story.imagined"}}}, false},
	} {
		if tt.e.Wants.Events == nil {
			tt.e.Wants = wants
		}
		if err := Check(tt.e); (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt.e, err)
		}
	}
}
