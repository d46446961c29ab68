package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of guessing one password, as OWASP recommends it for argon2id
// (19 MiB, two passes, one lane). A log-in takes some 30 ms.
const (
	hashPasses = 2
	hashMemory = 19 << 10 // KiB
	hashBytes  = 32
)

// minPassword is the least length of a password, in bytes.
const minPassword = 10

// HashPassword returns what is kept of a password: argon2id in the usual
// notation ("$argon2id$v=19$…"). It refuses short ones.
func HashPassword(password string) (string, error) {
	if len(password) < minPassword {
		return "", fmt.Errorf("the password is shorter than %d characters: take a longer one, such as four random words", minPassword)
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, hashMemory, hashPasses, base64.RawStdEncoding.EncodeToString(salt),
		base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, 1, hashBytes))), nil
}

// CheckHash reports what is wrong with a password's hash.
func CheckHash(hash string) error {
	_, err := matches(hash, "")
	return err
}

// matches reports whether a hash is of the password.
func matches(hash, password string) (bool, error) {
	var version, memory, passes, lanes int
	parts := strings.Split(hash, "$")
	bad := fmt.Errorf("this is no password hash; write one with: storywire password")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, bad
	}
	_, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &lanes)
	if err != nil || version != argon2.Version || memory < 8 || memory > 1<<20 || passes < 1 || passes > 100 || lanes < 1 || lanes > 255 {
		return false, bad
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, bad
	}
	sum, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(sum) < 16 || len(sum) > 128 {
		return false, bad
	}
	got := argon2.IDKey([]byte(password), salt, uint32(passes), uint32(memory), uint8(lanes), uint32(len(sum)))
	return subtle.ConstantTimeCompare(got, sum) == 1, nil
}
