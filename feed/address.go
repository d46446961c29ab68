package feed

import (
	"net/url"
	"slices"
	"strings"
)

// trackingParameters say whence a reader came, not what is read. Names that
// end in "_" are prefixes.
var trackingParameters = []string{
	"utm_", "at_", "mc_", "pk_", "mtm_", "ito_", "hsa_", "wt_",
	"fbclid", "gclid", "dclid", "msclkid", "yclid", "twclid", "igshid", "cmp", "cmpid", "cid_source",
	"ns_campaign", "ns_mchannel", "ns_source", "ns_linkname", "ns_fee", "ocid", "ftag", "sref", "smid", "smtyp",
	"xtor", "traffic_source", "ref_src", "ref_url", "rss", "maca", "wtmc", "__twitter_impression", "guccounter",
}

// Key is the address by which an article is known in whichever feed it stands:
// host in lower case without "www." and default port, path, and the query
// sorted and without tracking parameters. Scheme, fragment, user and a slash at
// the end are left out. It is "" for what is no web address.
func Key(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || !isWebURL(u) {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	query := u.Query()
	for name := range query {
		if isTracking(strings.ToLower(name)) {
			delete(query, name)
		}
	}
	key := host + "/" + strings.Trim(u.EscapedPath(), "/")
	if q := query.Encode(); q != "" {
		key += "?" + q
	}
	return key
}

func isTracking(name string) bool {
	return slices.ContainsFunc(trackingParameters, func(p string) bool {
		return name == p || strings.HasSuffix(p, "_") && strings.HasPrefix(name, p)
	})
}

func isWeb(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	return err == nil && isWebURL(u)
}

func isWebURL(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// resolve makes a reference absolute. Without a base it stays as it is; one
// that is no address, or no web address, comes back empty.
func resolve(base, ref string) string {
	if ref = strings.TrimSpace(ref); ref == "" {
		return ""
	}
	u, err := url.Parse(strings.Map(dropBreaks, ref))
	if err != nil {
		return ""
	}
	if b, err := url.Parse(base); err == nil && isWebURL(b) {
		u = b.ResolveReference(u)
	}
	if u.Scheme != "" && !isWebURL(u) {
		return ""
	}
	return u.String()
}

// dropBreaks takes out the line breaks and tabs that browsers ignore in an
// address.
func dropBreaks(r rune) rune {
	if r == '\n' || r == '\r' || r == '\t' {
		return -1
	}
	return r
}
