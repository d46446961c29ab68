package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
)

const secretPrefix = "whsec_"

// NewSecret makes the secret of an endpoint: 32 random bytes (Standard
// Webhooks asks for 24 to 64) in base64 behind "whsec_".
func NewSecret() string {
	key := make([]byte, 32)
	rand.Read(key) // never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(key)
}

// sign returns the value of the webhook-signature header: the version and the
// base64 of HMAC-SHA256 over id, timestamp and body, joined by full stops
// (Standard Webhooks 1.0, "Signature scheme").
func sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil || len(key) == 0 {
		return "", errors.New("the endpoint's secret is not base64; remove the endpoint and add it again")
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.", id, at.Unix())
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}
