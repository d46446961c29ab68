package webhook

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"pgregory.net/rapid"

	"github.com/storywire/storywire/news"
)

// The signature is the one the reference library makes.
func TestSign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := NewSecret()
		id := rapid.String().Draw(t, "id")
		at := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "at"), 0)
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		reference, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		want, err := reference.Sign(id, at, body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := sign(secret, id, at, body); err != nil || got != want {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	})
}

func TestSignBadSecret(t *testing.T) {
	for _, secret := range []string{"", "whsec_", "whsec_not base64", "whsk_AAAA", "sk_AAAA", "x"} {
		if _, err := sign(secret, "msg_1", created, nil); err == nil || !strings.Contains(err.Error(), "rotate") {
			t.Errorf("secret %q gave error %v", secret, err)
		}
	}
	short := "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 23))
	if CheckSecret(short) == nil || CheckSecret(NewSecret()) != nil || CheckSecret(NewKey()) != nil {
		t.Error("secrets are judged wrongly")
	}
}

// With the public key a receiver can tell ours from any other signature.
func TestSignAsymmetric(t *testing.T) {
	secret := NewKey()
	public, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(PublicKey(secret), "whpk_"))
	if err != nil || len(public) != ed25519.PublicKeySize {
		t.Fatalf("public key %q, %v", PublicKey(secret), err)
	}
	signed, err := sign(secret, "msg_1", created, []byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	signature, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(signed, "v1a,"))
	if err != nil {
		t.Fatal(err)
	}
	content := "msg_1." + strconv.FormatInt(created.Unix(), 10) + `.{"a":1}`
	if !ed25519.Verify(public, []byte(content), signature) || ed25519.Verify(public, []byte(content+" "), signature) {
		t.Error("the public key does not verify it")
	}
	if PublicKey(NewSecret()) != "" {
		t.Error("a shared secret has a public key")
	}
}

// While a secret is changed over, receivers with either one are served, and
// after that only those with the new one.
func TestRotation(t *testing.T) {
	now := time.Now()
	e := news.Endpoint{Secret: NewSecret(), Former: NewSecret(), FormerUntil: now.Add(time.Minute)}
	other := NewSecret()
	for _, tt := range []struct {
		at                      time.Time
		current, former, others bool
	}{
		{now, true, true, false},
		{now.Add(time.Minute), true, false, false},
	} {
		body := []byte(`{}`)
		value, err := signatures(e, "msg_1", tt.at, body)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{"Webhook-Id": {"msg_1"}, "Webhook-Timestamp": {strconv.FormatInt(tt.at.Unix(), 10)}, "Webhook-Signature": {value}}
		for secret, want := range map[string]bool{e.Secret: tt.current, e.Former: tt.former, other: tt.others} {
			verify, err := standardwebhooks.NewWebhook(secret)
			if err != nil {
				t.Fatal(err)
			}
			if err := verify.Verify(body, header); (err == nil) != want {
				t.Errorf("at %v: verified %v, want %v", tt.at, err, want)
			}
		}
	}
	e.Secret = NewKey() // from a shared secret to a key pair
	if value, err := signatures(e, "msg_1", now, nil); err != nil || !strings.HasPrefix(value, "v1a,") || !strings.Contains(value, " v1,") {
		t.Errorf("%q %v", value, err)
	}
}
