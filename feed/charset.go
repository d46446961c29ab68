package feed

import (
	"bytes"
	"fmt"
	"mime"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// xmlDeclaration matches the XML declaration at the start of a document; its
// group is the declared encoding.
var xmlDeclaration = regexp.MustCompile(`^\s*<\?xml\s(?:[^>]*?encoding\s*=\s*["']([^"'>]*)["'])?[^>]*\?>`)

// signatures tell an encoding by a document's first bytes: byte order marks,
// and "<?" in wide encodings and in EBCDIC. The longer ones come first.
var signatures = []struct {
	start string
	skip  int
	enc   encoding.Encoding
}{
	{"\x00\x00\xfe\xff", 4, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{"\xff\xfe\x00\x00", 4, utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{"\x00\x00\x00<", 0, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{"<\x00\x00\x00", 0, utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{"\xef\xbb\xbf", 3, nil},
	{"\xfe\xff", 2, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{"\xff\xfe", 2, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{"\x00<\x00?", 0, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{"<\x00?\x00", 0, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{"\x4c\x6f\xa7\x94", 0, charmap.CodePage037},
}

// toUTF8 brings a document to UTF-8 and takes off its byte order mark and XML
// declaration, so that nobody decodes it a second time. Declarations are often
// wrong, so bytes that are UTF-8 are taken as such, unless a seven-bit encoding
// is declared. It returns what was wrong, in words.
func toUTF8(body []byte, contentType string) ([]byte, []string) {
	for _, s := range signatures {
		if !bytes.HasPrefix(body, []byte(s.start)) {
			continue
		}
		body = body[s.skip:]
		if s.enc != nil {
			body = decodeWith(s.enc, body)
		}
		break
	}
	out, problems := decodeDeclared(body, declaredCharsets(body, contentType))
	if hasC1(out) {
		out = bytes.Map(fromC1, out)
	}
	return out[len(xmlDeclaration.Find(out[:min(len(out), 1024)])):], problems
}

// isC1 reports a control character that no document means: it is a character
// of windows-1252 whose number was taken for that of Unicode.
func isC1(r rune) bool { return r >= 0x80 && r <= 0x9f }

// hasC1 looks for one in UTF-8.
func hasC1(b []byte) bool {
	for {
		i := bytes.IndexByte(b, 0xc2)
		if i < 0 || i+1 == len(b) {
			return false
		}
		if b[i+1] < 0xa0 {
			return true
		}
		b = b[i+1:]
	}
}

func fromC1(r rune) rune {
	if isC1(r) {
		return charmap.Windows1252.DecodeByte(byte(r))
	}
	return r
}

// declaredCharsets lists the names the document gives, then the one of its
// Content-Type.
func declaredCharsets(body []byte, contentType string) []string {
	var names []string
	if m := xmlDeclaration.FindSubmatch(body[:min(len(body), 1024)]); m != nil && len(m[1]) > 0 {
		names = append(names, strings.TrimSpace(string(m[1])))
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		names = append(names, params["charset"])
	}
	return names
}

func decodeDeclared(body []byte, names []string) ([]byte, []string) {
	plain := utf8.Valid(body)
	for _, name := range names {
		if enc, sevenBit := lookupCharset(name); enc != nil && (sevenBit && isASCII(body) || !plain) {
			if out := decodeWith(enc, body); !bytes.ContainsRune(out, utf8.RuneError) {
				return out, nil
			}
		}
	}
	if plain {
		return body, wrongCharset(body, names)
	}
	problem := "the document is not in UTF-8 and declares no other encoding; its odd bytes were read as windows-1252"
	if len(names) > 0 {
		problem = fmt.Sprintf("the document is not in %s as it declares; its odd bytes were read as windows-1252", names[0])
	}
	return mendUTF8(body), []string{problem}
}

// wrongCharset says that a document of valid UTF-8 declares something else.
func wrongCharset(body []byte, names []string) []string {
	if len(names) == 0 || isASCII(body) {
		return nil
	}
	if enc, _ := lookupCharset(names[0]); enc == nil {
		return nil
	}
	return []string{fmt.Sprintf("the document declares %s but is in UTF-8", names[0])}
}

// lookupCharset finds an encoding by name. It is nil for UTF-8, for a wide
// encoding (whose bytes would have told) and for an unknown name.
func lookupCharset(name string) (enc encoding.Encoding, sevenBit bool) {
	label := strings.ToLower(strings.TrimSpace(name))
	if strings.HasPrefix(label, "utf") || strings.HasPrefix(label, "ucs") || strings.HasPrefix(label, "iso-10646") {
		return nil, false
	}
	enc, canonical := charset.Lookup(label)
	if enc == nil || canonical == "replacement" {
		if enc, _ = ianaindex.IANA.Encoding(label); enc == nil {
			return nil, false
		}
	}
	return enc, strings.HasPrefix(label, "iso-2022") || strings.HasPrefix(label, "hz")
}

// maxUTF8 bytes of a document are read: what takes more was made for that.
const maxUTF8 = 20 << 20

// room makes space for a document in UTF-8, at once rather than by doubling.
func room(b []byte) []byte {
	return make([]byte, 0, min(2*len(b)+utf8.UTFMax, maxUTF8+utf8.UTFMax))
}

func decodeWith(enc encoding.Encoding, b []byte) []byte {
	out, from := room(b), enc.NewDecoder().Reader(bytes.NewReader(b))
	for len(out) < maxUTF8 {
		if len(out) == cap(out) {
			out = slices.Grow(out, min(len(out), maxUTF8+utf8.UTFMax-len(out)))
		}
		n, err := from.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		if err != nil {
			return out
		}
	}
	return bytes.ToValidUTF8(out, nil)
}

// mendUTF8 keeps what is UTF-8 and reads every other byte as windows-1252, the
// usual guest in a UTF-8 document.
func mendUTF8(b []byte) []byte {
	out := room(b)
	for len(b) > 0 && len(out) < maxUTF8 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(b[0])
		}
		out = utf8.AppendRune(out, r)
		b = b[n:]
	}
	return out
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
