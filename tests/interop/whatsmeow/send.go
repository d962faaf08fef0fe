package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

type card struct {
	Name  string `json:"name"`
	Vcard string `json:"vcard"`
}

type preview struct {
	URL         string `json:"url"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Thumbnail   []byte `json:"thumbnail"`
}

// sendRequest is the body of POST /send; what a field means depends on the kind.
type sendRequest struct {
	To   string `json:"to"`
	ID   string `json:"id"`
	Kind string `json:"kind"` // default: text
	Text string `json:"text"` // or the caption

	Quote      string   `json:"quote"`    // id of the message it answers
	Mentions   []string `json:"mentions"` // numbers or JIDs
	MentionAll bool     `json:"mention_all"`
	Expiration uint32   `json:"expiration"` // seconds; a disappearing message
	ViewOnce   bool     `json:"view_once"`
	Parent     string   `json:"parent"` // id of the album it belongs to
	Preview    *preview `json:"preview"`

	Data      []byte `json:"data"`
	File      string `json:"file"`
	MimeType  string `json:"mime_type"`
	FileName  string `json:"file_name"`
	Seconds   uint32 `json:"seconds"`
	Width     uint32 `json:"width"`
	Height    uint32 `json:"height"`
	Waveform  []byte `json:"waveform"`
	Thumbnail []byte `json:"thumbnail"`
	Animated  bool   `json:"animated"`

	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Accuracy  uint32  `json:"accuracy"`
	Speed     float32 `json:"speed"`
	Sequence  int64   `json:"sequence"`
	Name      string  `json:"name"`
	Address   string  `json:"address"`
	URL       string  `json:"url"`

	Contacts   []card   `json:"contacts"`
	Question   string   `json:"question"`
	Options    []string `json:"options"`
	Selectable int      `json:"selectable"`

	Description string `json:"description"`
	Start       int64  `json:"start"` // seconds since 1970
	End         int64  `json:"end"`
	Place       string `json:"place"`
	Response    string `json:"response"` // going, not_going, maybe

	Message string `json:"message"` // id of the message that this is about
	Emoji   string `json:"emoji"`
	Unpin   bool   `json:"unpin"`
	Keep    bool   `json:"keep"`

	Group  string `json:"group"`
	Code   string `json:"code"`
	Images uint32 `json:"images"`
	Videos uint32 `json:"videos"`
	Raw    []byte `json:"raw"` // a serialised wa.e2e.Message
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func positive(number uint32) *uint32 {
	if number == 0 {
		return nil
	}
	return &number
}

// jidOf reads a JID or a phone number.
func jidOf(text string) (types.JID, error) {
	if !strings.Contains(text, "@") {
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, text)
		text = digits + "@" + types.DefaultUserServer
	}
	jid, err := types.ParseJID(text)
	if err != nil || jid.User == "" {
		return jid, refusal{http.StatusUnprocessableEntity, "not a number or JID"}
	}
	return jid, nil
}

func jidsOf(list []string) ([]types.JID, error) {
	read := []types.JID{}
	for _, text := range list {
		jid, err := jidOf(text)
		if err != nil {
			return nil, err
		}
		read = append(read, jid)
	}
	return read, nil
}

func (p *peer) send(ctx context.Context, request sendRequest) (any, error) {
	client, err := p.online()
	if err != nil {
		return nil, err
	}
	to, err := p.recipient(&request)
	if err != nil {
		return nil, err
	}
	if request.Kind == "" {
		request.Kind = "text"
	}
	if request.Kind == "disappearing" && to.Server == types.GroupServer {
		return fields{"id": nil}, client.SetDisappearingTimer(ctx, to, time.Duration(request.Seconds)*time.Second, time.Now())
	}
	message, err := p.compose(ctx, client, to, &request)
	if err != nil {
		return nil, err
	}
	if request.ID == "" {
		request.ID = client.GenerateMessageID()
	}
	sender := *client.Store.ID
	if kept := p.archive.keep(request.ID, to, sender.ToNonAD(), true, message); kept != nil {
		return nil, kept
	}
	answer, err := client.SendMessage(ctx, to, message, whatsmeow.SendRequestExtra{ID: request.ID, Timeout: patience})
	if err != nil {
		p.feed.add(&p.feed.receipts, fields{
			"id": request.ID, "from": to.String(), "participant": nil, "fromMe": true, "status_name": "ERROR", "detail": err.Error()})
		return nil, err
	}
	// The client has put a secret in, which votes need, and has perhaps written to the LID instead of the number.
	if err := p.archive.keep(request.ID, addressed(ctx, client, to), answer.Sender.ToNonAD(), true, message); err != nil {
		return nil, err
	}
	p.feed.add(&p.feed.receipts, fields{
		"id": request.ID, "from": to.String(), "participant": nil, "fromMe": true, "status_name": "SERVER_ACK",
		"timestamp": answer.Timestamp.Unix()})
	if request.Kind == "vote" {
		p.mutex.Lock()
		p.votes[request.Message] = request.Options
		p.mutex.Unlock()
	}
	return fields{"id": request.ID, "timestamp": answer.Timestamp.Unix()}, nil
}

// recipient is whom the request names, else the chat of the message that it is about or quotes.
func (p *peer) recipient(request *sendRequest) (types.JID, error) {
	if request.To == "" {
		for _, id := range []string{request.Message, request.Quote} {
			if about := p.archive.find(id); about != nil {
				return about.chat, nil
			}
		}
	}
	return jidOf(request.To)
}

// addressed is the address that the client really writes to.
func addressed(ctx context.Context, client *whatsmeow.Client, to types.JID) types.JID {
	if to.Server != types.DefaultUserServer || client.Store.LIDMigrationTimestamp == 0 {
		return to
	}
	lid, err := client.Store.LIDs.GetLIDForPN(ctx, to)
	if err != nil || lid.IsEmpty() {
		return to
	}
	return lid
}

// dress adds to a composed message what any kind of content may bear: quote, mentions, expiration, album, view once.
func (p *peer) dress(message *waE2E.Message, request *sendRequest) (*waE2E.Message, error) {
	context := &waE2E.ContextInfo{}
	if request.Quote != "" {
		quoted := p.archive.find(request.Quote)
		if quoted == nil {
			return nil, refusal{http.StatusNotFound, "no such message to quote"}
		}
		context.StanzaID, context.QuotedMessage = &quoted.ID, content(quoted)
		context.Participant = proto.String(quoted.sender.ToNonAD().String())
	}
	mentioned, err := jidsOf(request.Mentions)
	if err != nil {
		return nil, err
	}
	context.MentionedJID = jids(mentioned)
	if request.MentionAll {
		context.NonJIDMentions = proto.Uint32(1)
	}
	context.Expiration = positive(request.Expiration)
	if !proto.Equal(context, &waE2E.ContextInfo{}) {
		if message.Conversation != nil {
			message.ExtendedTextMessage = &waE2E.ExtendedTextMessage{Text: message.Conversation}
			message.Conversation = nil
		}
		if !addContext(message, context) {
			return nil, refusal{http.StatusUnprocessableEntity, "this kind bears no context"}
		}
	}
	if request.Parent != "" {
		album := p.archive.find(request.Parent)
		if album == nil {
			return nil, refusal{http.StatusNotFound, "no such album"}
		}
		if message.MessageContextInfo == nil {
			message.MessageContextInfo = &waE2E.MessageContextInfo{}
		}
		message.MessageContextInfo.MessageAssociation = &waE2E.MessageAssociation{
			AssociationType: waE2E.MessageAssociation_MEDIA_ALBUM.Enum(), ParentMessageKey: keyOf(album)}
	}
	if request.ViewOnce {
		return onceOnly(message), nil
	}
	return message, nil
}

func onceOnly(message *waE2E.Message) *waE2E.Message {
	switch {
	case message.ImageMessage != nil:
		message.ImageMessage.ViewOnce = proto.Bool(true)
	case message.VideoMessage != nil:
		message.VideoMessage.ViewOnce = proto.Bool(true)
	case message.AudioMessage != nil:
		message.AudioMessage.ViewOnce = proto.Bool(true)
	}
	return &waE2E.Message{ViewOnceMessage: &waE2E.FutureProofMessage{Message: message}}
}

// addContext merges into the context info of the message's content; false when that has none.
func addContext(message *waE2E.Message, context *waE2E.ContextInfo) bool {
	inner, _ := unwrapped(message)
	return withContent(inner, func(existing *waE2E.ContextInfo) { proto.Merge(existing, context) })
}
