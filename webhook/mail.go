package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"

	"github.com/wneessen/go-mail"

	"github.com/storywire/storywire/news"
)

// mail sends a delivery through the SMTP server at an address such as
// smtps://USER@HOST:465?from=SENDER. The delivery's id is the message's, so that
// a mail sent twice is known as one.
func (s Sender) mail(ctx context.Context, d news.Delivery) answer {
	msg, err := letter(d, s.Fill)
	if err != nil {
		return answer{err: err}
	}
	// The library does not close a connection that it is not content with.
	dial, attempt := s.Dial, ctx
	s.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err == nil {
			context.AfterFunc(attempt, func() { _ = conn.Close() })
		}
		return conn, err
	}
	client, err := s.smtp(d.Endpoint)
	if err != nil {
		return answer{err: err}
	}
	err = client.DialAndSendWithContext(ctx, msg)
	return answer{err: err, ok: err == nil}
}

// letter is a delivery as a mail.
func letter(d news.Delivery, fill func(news.Revision) news.Revision) (*mail.Msg, error) {
	u, err := url.Parse(d.Endpoint.URL)
	if err != nil {
		return nil, errors.New("the endpoint's address cannot be read; remove it and add it again")
	}
	msg, m := mail.NewMsg(), newMessage(d, fill)
	if err := msg.From(u.Query().Get("from")); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := msg.ToFromString(d.Endpoint.Target); err != nil {
		return nil, fmt.Errorf("recipients: %w", err)
	}
	msg.Subject(shorten(m.subject, 200, characters))
	msg.SetMessageIDWithValue(d.ID + "@" + u.Hostname())
	msg.SetDateWithValue(d.Created)
	msg.SetBulk()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no vacation answers
	msg.SetBodyString(mail.TypeTextPlain, m.text()+"\n")
	return msg, nil
}

// smtp is a client for an endpoint's server: smtps speaks TLS from the start,
// smtp changes to it, which may fail only where there is no password.
func (s Sender) smtp(e news.Endpoint) (*mail.Client, error) {
	u, err := url.Parse(e.URL)
	if err != nil {
		return nil, errors.New("the endpoint's address cannot be read; remove it and add it again")
	}
	dial := s.Dial
	options := []mail.Option{mail.WithTimeout(s.Timeout), mail.WithoutNoop()}
	switch {
	case u.Scheme == "smtps":
		// The library leaves this to a dialer that is not its own.
		dial = encrypted(dial, u.Hostname())
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic), mail.WithPort(465))
	case e.Secret != "":
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory), mail.WithPort(587))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic), mail.WithPort(25))
	}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		options = append(options, mail.WithPort(port))
	}
	if e.Secret != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(e.Secret))
	}
	return mail.NewClient(u.Hostname(), append(options, mail.WithDialContextFunc(mail.DialContextFunc(dial)))...)
}

// encrypted speaks TLS with the host from the start.
func encrypted(dial Dial, host string) Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		secured := tls.Client(conn, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12})
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return secured, nil
	}
}
