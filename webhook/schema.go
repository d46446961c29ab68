package webhook

import (
	_ "embed" // the schema
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/storywire/storywire/news"
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON schema (2020-12) of an event, of all for "".
func Schema(event string) ([]byte, error) {
	if event == "" {
		return schema, nil
	}
	known := append(news.Events(), news.Digest, news.Ping)
	if !slices.Contains(known, event) {
		return nil, fmt.Errorf("there is no event %q: there are %s", event, strings.Join(known, ", "))
	}
	var document struct {
		Schema string          `json:"$schema"`
		Ref    string          `json:"$ref"`
		Defs   json.RawMessage `json:"$defs"`
	}
	if err := json.Unmarshal(schema, &document); err != nil {
		return nil, err
	}
	document.Ref = "#/$defs/" + event
	return json.MarshalIndent(document, "", "  ")
}
