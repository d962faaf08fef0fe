package main

import (
	"reflect"
	"regexp"
	"strings"
	"sync"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

type fields = map[string]any

// feed is what the peer has seen, in three lists; each entry bears a `seq` that counts from 1 in its list.
type feed struct {
	mutex                      sync.Mutex
	messages, receipts, events []fields
}

func (f *feed) add(list *[]fields, entry fields) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	entry["seq"] = len(*list) + 1
	*list = append(*list, entry)
}

// after is what has a higher `seq`.
func (f *feed) after(list *[]fields, seq int) []fields {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return append([]fields{}, (*list)[min(max(seq, 0), len(*list)):]...)
}

func (f *feed) event(kind string, data fields) {
	f.add(&f.events, fields{"type": kind, "data": data})
}

func jids(list []types.JID) []string {
	named := make([]string, 0, len(list))
	for _, jid := range list {
		named = append(named, jid.String())
	}
	return named
}

func jidText(jid *types.JID) any {
	if jid == nil || jid.IsEmpty() {
		return nil
	}
	return jid.String()
}

func (p *peer) handle(client *whatsmeow.Client, event any) {
	switch seen := event.(type) {
	case *events.Message:
		p.received(client, seen)
	case *events.UndecryptableMessage:
		entry := origin(&seen.Info)
		entry["kind"], entry["stub"], entry["unavailable"] = "undecryptable", "CIPHERTEXT", seen.IsUnavailable
		p.feed.add(&p.feed.messages, entry)
	case *events.Receipt:
		p.receipt(seen)
	case *events.Connected:
		p.change(client, func(s *status) { s.Connection, s.QR, s.PairingCode, s.Opened = "open", "", "", s.Opened+1 })
	case *events.Disconnected:
		p.change(client, func(s *status) { s.Connection = "connecting" })
	case *events.LoggedOut:
		p.ended(client, int(seen.Reason), "logged out")
	case *events.StreamReplaced:
		p.ended(client, 440, "stream replaced")
	case *events.ClientOutdated:
		p.ended(client, 405, "client outdated")
	case *events.ConnectFailure:
		p.ended(client, int(seen.Reason), seen.Message)
	case *events.PairError:
		p.ended(client, 0, seen.Error.Error())
	case *events.MediaRetry:
		p.mediaRetried(seen)
	default:
		p.other(event)
	}
}

func (p *peer) ended(client *whatsmeow.Client, code int, message string) {
	p.change(client, func(s *status) {
		s.Connection, s.QR = "close", ""
		s.LastDisconnect = &lastDisconnect{Code: code, Message: message}
	})
}

// origin is what every entry says about where a message came from.
func origin(info *types.MessageInfo) fields {
	entry := fields{
		"id": info.ID, "from": info.Chat.String(), "chat": info.Chat.String(), "sender": info.Sender.String(),
		"fromMe": info.IsFromMe, "push_name": nil, "timestamp": info.Timestamp.Unix(), "text": nil, "stub": nil,
		"sender_alt": jidText(&info.SenderAlt), "from_alt": nil, "addressing": string(info.AddressingMode),
	}
	if info.PushName != "" {
		entry["push_name"] = info.PushName
	}
	if !info.IsGroup {
		entry["from_alt"] = jidText(&info.SenderAlt)
		if info.IsFromMe {
			entry["from_alt"] = jidText(&info.RecipientAlt)
		}
	}
	return entry
}

// bare is the message without the wrapper that copies of own messages come in.
func bare(raw *waE2E.Message) *waE2E.Message {
	if inner := raw.GetDeviceSentMessage().GetMessage(); inner != nil {
		return inner
	}
	return raw
}

func (p *peer) received(client *whatsmeow.Client, seen *events.Message) {
	message := bare(seen.RawMessage)
	if message.GetSenderKeyDistributionMessage() != nil && firstField(message) == "" {
		return // a sender key on its own; the content comes beside it
	}
	if err := p.archive.keep(seen.Info.ID, seen.Info.Chat, seen.Info.Sender, seen.Info.IsFromMe, message); err != nil {
		p.log.Errorf("keeping a message failed: %v", err)
	}
	entry := origin(&seen.Info)
	for name, value := range describe(message) {
		entry[name] = value
	}
	p.opened(client, seen, entry)
	if seen.RetryCount > 0 {
		entry["retries"] = seen.RetryCount
	}
	p.feed.add(&p.feed.messages, entry)
}

var receiptNames = map[types.ReceiptType]string{
	types.ReceiptTypeDelivered: "DELIVERY_ACK", types.ReceiptTypeRead: "READ", types.ReceiptTypePlayed: "PLAYED",
	types.ReceiptTypeReadSelf: "READ_SELF", types.ReceiptTypeSender: "SENDER", types.ReceiptTypeRetry: "RETRY",
	types.ReceiptTypeInactive: "INACTIVE", types.ReceiptTypePlayedSelf: "PLAYED_SELF",
}

func (p *peer) receipt(seen *events.Receipt) {
	name, known := receiptNames[seen.Type]
	if !known {
		name = strings.ToUpper(string(seen.Type))
	}
	for _, id := range seen.MessageIDs {
		p.feed.add(&p.feed.receipts, fields{
			"id": id, "from": seen.Chat.String(), "participant": seen.Sender.String(), "fromMe": seen.IsFromMe,
			"status_name": name, "timestamp": seen.Timestamp.Unix(),
		})
	}
}

var capital = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// other keeps events that only some tests ask for.
func (p *peer) other(event any) {
	switch seen := event.(type) {
	case *events.Presence:
		p.feed.event("presence", fields{"from": seen.From.String(), "available": !seen.Unavailable, "last_seen": unix(seen.LastSeen)})
	case *events.ChatPresence:
		p.feed.event("chat_presence", fields{
			"chat": seen.Chat.String(), "from": seen.Sender.String(), "state": string(seen.State), "media": string(seen.Media)})
	case *events.JoinedGroup:
		data := groupFields(&seen.GroupInfo)
		data["reason"], data["type"], data["author"] = seen.Reason, seen.Type, jidText(seen.Sender)
		p.feed.event("group_joined", data)
	case *events.GroupInfo:
		p.feed.event("group_changed", groupChange(seen))
	case *events.Picture:
		p.feed.event("picture", fields{
			"jid": seen.JID.String(), "author": jidText(&seen.Author), "removed": seen.Remove, "id": seen.PictureID})
	case *events.UserAbout:
		p.feed.event("about", fields{"jid": seen.JID.String(), "about": seen.Status})
	case *events.IdentityChange:
		p.feed.event("identity_changed", fields{"jid": seen.JID.String(), "implicit": seen.Implicit})
	case *events.CallOffer:
		p.feed.event("call_offer", fields{"id": seen.CallID, "from": seen.From.String()})
	case *events.HistorySync:
		p.feed.event("history_sync", fields{"type": seen.Data.GetSyncType().String(), "conversations": len(seen.Data.GetConversations())})
	default:
		name := reflect.TypeOf(event).String()
		name = strings.TrimPrefix(name, "*events.")
		p.feed.event(strings.ToLower(capital.ReplaceAllString(name, "${1}_${2}")), fields{})
	}
}

func unix(when time.Time) any {
	if when.IsZero() {
		return nil
	}
	return when.Unix()
}
