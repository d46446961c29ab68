package webhook

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// The kinds of keys (Standard Webhooks 1.0, "Signature scheme").
const (
	secretPrefix  = "whsec_" // shared by both sides, HMAC-SHA256
	privatePrefix = "whsk_"  // ours alone, ed25519
	publicPrefix  = "whpk_"  // what the receiver verifies with
)

// Overlap is how long the former secret of an endpoint signs beside its new
// one, so that a receiver can change over without losing anything.
const Overlap = 24 * time.Hour

// NewSecret makes the secret of an endpoint: 32 random bytes (Standard
// Webhooks asks for 24 to 64) in base64 behind "whsec_".
func NewSecret() string {
	key := make([]byte, 32)
	rand.Read(key) // never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(key)
}

// NewKey makes the private ed25519 key of an endpoint, behind "whsk_".
func NewKey() string {
	key := make([]byte, ed25519.SeedSize)
	rand.Read(key) // never fails
	return privatePrefix + base64.StdEncoding.EncodeToString(ed25519.NewKeyFromSeed(key))
}

// Renewed makes a secret of the kind that a former one is of.
func Renewed(former string) string {
	if PublicKey(former) != "" {
		return NewKey()
	}
	return NewSecret()
}

// PublicKey is what a receiver verifies the signatures of a private key with;
// "" for a shared secret.
func PublicKey(secret string) string {
	key, err := keyBytes(secret)
	if err != nil || !strings.HasPrefix(secret, privatePrefix) {
		return ""
	}
	return publicPrefix + base64.StdEncoding.EncodeToString(key[ed25519.SeedSize:])
}

// CheckSecret says what is wrong with a secret that is to sign.
func CheckSecret(secret string) error {
	key, err := keyBytes(secret)
	if err == nil && strings.HasPrefix(secret, secretPrefix) && (len(key) < 24 || len(key) > 64) {
		return errors.New("the secret must hold 24 to 64 bytes")
	}
	return err
}

func keyBytes(secret string) ([]byte, error) {
	kind, text, _ := strings.Cut(secret, "_")
	key, err := base64.StdEncoding.DecodeString(text)
	switch kind + "_" {
	case secretPrefix:
		if err == nil && len(key) > 0 {
			return key, nil
		}
	case privatePrefix:
		if err == nil && len(key) == ed25519.PrivateKeySize {
			return key, nil
		}
	}
	return nil, errors.New(`the endpoint's secret is not "whsec_" or "whsk_" and a key in base64; "storywire webhook rotate" gives it a new one`)
}

// signatures returns the value of the webhook-signature header: a signature
// with the secret and, for a while after a rotation, one with the former.
func signatures(e news.Endpoint, id string, at time.Time, body []byte) (string, error) {
	signed, err := sign(e.Secret, id, at, body)
	if err != nil || e.Former == "" || !at.Before(e.FormerUntil) {
		return signed, err
	}
	former, err := sign(e.Former, id, at, body)
	return signed + " " + former, err
}

// sign returns one signature: its version and the base64 of HMAC-SHA256 or
// ed25519 over id, timestamp and body, joined by full stops.
func sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := keyBytes(secret)
	if err != nil {
		return "", err
	}
	content := append(fmt.Appendf(nil, "%s.%d.", id, at.Unix()), body...)
	if strings.HasPrefix(secret, privatePrefix) {
		return "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(key, content)), nil
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(content)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}
