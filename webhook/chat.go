package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"path"
	"strings"

	"github.com/storywire/storywire/news"
)

// parcel is a request that is not signed.
type parcel struct {
	method, url string
	token       string // goes along as a bearer token; "" for none
	body        []byte
}

// pack makes the request that tells a delivery to a chat service.
func pack(d news.Delivery, fill func(news.Revision) news.Revision) (parcel, error) {
	m, e := newMessage(d, fill), d.Endpoint
	p := parcel{method: "POST", url: e.URL}
	var document any
	var err error
	switch e.Format {
	case news.Slack:
		document = slack(m)
	case news.Discord:
		document = discord(m, stamped(d.Created))
		p.url, err = withQuery(e.URL, "wait", "true") // else it answers before it looks
	case news.Teams:
		document = teams(m)
	case news.Ntfy:
		var topic string
		p.url, topic, err = ntfyTopic(e.URL)
		p.token, document = e.Secret, ntfy(m, topic)
	case news.Matrix:
		p.method, p.token, document = "PUT", e.Secret, matrix(m)
		p.url, err = url.JoinPath(e.URL, "_matrix/client/v3/rooms", url.PathEscape(e.Target), "send/m.room.message", d.ID)
	case news.Telegram:
		document = telegram(m, e.Target)
		p.url, err = url.JoinPath(e.URL, "bot"+e.Secret, "sendMessage")
	default:
		err = fmt.Errorf("this storywire does not know the format %q", e.Format)
	}
	if err == nil {
		p.body, err = compact(document)
	}
	return p, err
}

// compact encodes without the escapes that only HTML pages need.
func compact(document any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(document)
	return bytes.TrimSpace(b.Bytes()), err
}

func withQuery(address, key, value string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("the endpoint's address cannot be read; remove it and add it again")
	}
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// object is a JSON object that is only written.
type object map[string]any

// share is what each of n items may take of a whole, and at most one.
func share(whole, one, n int) int { return min(one, whole/max(n, 1)) }

// Slack (incoming webhooks, Block Kit): at most 50 blocks; a header holds 150
// characters, a section 3,000. A message of more than about 13,000 characters
// in all is refused, which the documents do not say.
const (
	slackItems   = 16 // of three blocks
	slackHeader  = 150
	slackSection = 3000
	slackTotal   = 10_000
)

// slack shows what strangers wrote as plain text only: nothing in it is
// markup, a mention or an emoji.
func slack(m message) object {
	plain := func(text string) object { return object{"type": "plain_text", "text": text, "emoji": false} }
	blocks := []object{}
	items := m.first(slackItems)
	for _, i := range items {
		blocks = append(blocks, object{"type": "header", "text": plain(shorten(i.title, slackHeader, characters))})
		if points := strings.Join(i.points(), "\n"); points != "" {
			text := shorten(points, share(slackTotal, slackSection, len(items)), characters)
			blocks = append(blocks, object{"type": "section", "text": plain(text)})
		}
		elements := []object{plain(shorten(i.label, 200, characters))}
		if i.url != "" {
			link := "<" + slackEscape(strings.ReplaceAll(i.url, "|", "%7C")) + "|Open>"
			elements = append(elements, object{"type": "mrkdwn", "text": link})
		}
		blocks = append(blocks, object{"type": "context", "elements": elements})
	}
	// The text is what notifications show.
	return object{"text": slackEscape(shorten(m.subject, 300, characters)), "mrkdwn": false, "blocks": blocks, "unfurl_links": false}
}

func slackEscape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// Discord (execute webhook): at most 10 embeds of 6,000 characters together; a
// title holds 256, a description 4,096, a footer 2,048.
const (
	discordEmbeds      = 10
	discordTotal       = 6000
	discordTitle       = 256
	discordDescription = 4096
)

func discord(m message, at string) object {
	items := m.first(discordEmbeds)
	room := share(discordTotal, discordDescription+discordTitle, len(items))
	embeds := []object{}
	for _, i := range items {
		escaped := func(s string) int { return characters(discordEscape(s)) }
		title := shorten(i.title, min(discordTitle, room/3), escaped)
		label := shorten(i.label, min(discordTitle, room/6), characters)
		left := min(discordDescription, room-escaped(title)-characters(label))
		embed := object{"title": discordEscape(title), "timestamp": at, "footer": object{"text": label},
			"description": discordEscape(shorten(strings.Join(i.points(), "\n"), left, escaped))}
		if i.url != "" {
			embed["url"] = i.url
		}
		embeds = append(embeds, embed)
	}
	return object{"embeds": embeds, "allowed_mentions": object{"parse": []string{}}}
}

// discordEscape takes the meaning off all that Discord's Markdown gives one.
func discordEscape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\*_~`|>#-[]()<@:", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Teams (workflows) refuses messages over about 28 KB; senders report less.
const teamsBytes = 20_000

// teams makes an adaptive card of runs of text, which know no Markdown.
func teams(m message) object {
	for room := teamsBytes; ; room /= 2 {
		document := object{"type": "message", "attachments": []object{{
			"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": teamsCard(m, room)}}}
		if b, err := compact(document); err != nil || len(b) <= teamsBytes || room == 0 {
			return document
		}
	}
}

func teamsCard(m message, room int) object {
	body := []object{}
	room = share(room, room, len(m.items))
	for _, i := range m.items {
		title := object{"type": "TextRun", "text": shorten(i.title, max(room/4, 40), octets), "weight": "Bolder", "size": "Medium"}
		if i.url != "" {
			title["selectAction"] = object{"type": "Action.OpenUrl", "url": i.url}
		}
		body = append(body,
			object{"type": "RichTextBlock", "separator": len(body) > 0, "inlines": []object{title}},
			object{"type": "RichTextBlock", "spacing": "Small", "inlines": []object{{"type": "TextRun", "text": shorten(i.text(), max(room/2, 40), octets)}}})
	}
	return object{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
		"msteams": object{"width": "Full"}, "body": body}
}

// ntfy takes a message of 4,096 bytes; a longer one it makes an attachment of.
const (
	ntfyTitle   = 250
	ntfyMessage = 4096
)

func ntfy(m message, topic string) object {
	document := object{"topic": topic, "title": shorten(m.subject, ntfyTitle, octets), "message": shorten(m.text(), ntfyMessage, octets)}
	if len(m.items) == 1 {
		document["title"] = shorten(m.items[0].title, ntfyTitle, octets)
		document["message"] = shorten(m.items[0].text(), ntfyMessage, octets)
		if m.items[0].url != "" {
			document["click"] = m.items[0].url
		}
	}
	return document
}

// ntfyTopic splits the address of a topic: messages as JSON go to the server.
func ntfyTopic(address string) (server, topic string, err error) {
	u, err := url.Parse(address)
	if err != nil || path.Base(u.Path) == "/" || path.Base(u.Path) == "." {
		return "", "", errors.New("the endpoint's address names no topic: write it as https://ntfy.sh/TOPIC")
	}
	topic = path.Base(u.Path)
	u.Path, u.RawQuery = strings.TrimSuffix(path.Dir(u.Path), "/")+"/", ""
	return u.String(), topic, nil
}

// text is a message in one piece.
func (m message) text() string {
	var parts []string
	for _, i := range m.items {
		parts = append(parts, strings.TrimSpace(i.title+"\n"+i.text()+"\n"+i.url))
	}
	return strings.Join(parts, "\n\n")
}

// matrixBytes is what each form of a message may take: an event, with all the
// server adds, may have 65,536 bytes (client-server API, "Size limits").
const matrixBytes = 15_000

// matrix is text, not a notice: clients notify nobody of notices.
func matrix(m message) object {
	for room := matrixBytes; ; room /= 2 {
		if formatted := matrixHTML(m, room); len(formatted) <= matrixBytes || room == 0 {
			return object{"msgtype": "m.text", "body": shorten(m.text(), matrixBytes, octets),
				"format": "org.matrix.custom.html", "formatted_body": formatted}
		}
	}
}

func matrixHTML(m message, room int) string {
	var b strings.Builder
	room = share(room, room, len(m.items))
	for _, i := range m.items {
		title := html.EscapeString(shorten(i.title, max(room/4, 40), octets))
		if i.url != "" {
			title = `<a href="` + html.EscapeString(i.url) + `">` + title + "</a>"
		}
		fmt.Fprintf(&b, "<p><strong>%s</strong><br>%s</p>", title,
			strings.ReplaceAll(html.EscapeString(shorten(i.text(), max(room/2, 40), octets)), "\n", "<br>"))
	}
	return b.String()
}

// Telegram takes 4,096 UTF-16 units; more stories would leave too few to each.
const (
	telegramText  = 4096
	telegramItems = 20
)

// telegram marks titles by their place in the text, so that nothing in it is
// taken for markup.
func telegram(m message, chat string) object {
	var b strings.Builder
	entities := []object{}
	items := m.first(telegramItems)
	room := share(telegramText, telegramText, len(items)) - len("\n\n")
	for n, i := range items {
		if n > 0 {
			b.WriteString("\n\n")
		}
		title := shorten(i.title, room/4, characters)
		place := object{"offset": characters(b.String()), "length": characters(title)}
		if i.url == "" {
			place["type"] = "bold"
		} else {
			place["type"], place["url"] = "text_link", i.url
		}
		text := title + "\n" + shorten(i.text(), room-characters(title)-1, characters)
		b.WriteString(text)
		entities = append(entities, place)
	}
	return object{"chat_id": chat, "text": b.String(), "entities": entities, "link_preview_options": object{"is_disabled": true}}
}
