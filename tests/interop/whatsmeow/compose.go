package main

import (
	"context"
	"net/http"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// withContent calls `change` with the context info of the content, made where there was none.
func withContent(message *waE2E.Message, change func(*waE2E.ContextInfo)) bool {
	done := false
	message.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if field.Kind() != protoreflect.MessageKind || field.IsList() || field.Name() == "messageContextInfo" {
			return true
		}
		inner := value.Message()
		if context := inner.Descriptor().Fields().ByName("contextInfo"); context != nil {
			change(inner.Mutable(context).Message().Interface().(*waE2E.ContextInfo))
			done = true
		}
		return !done
	})
	return done
}

// keyOf is the key of a message as its chat names it.
func keyOf(message *stored) *waCommon.MessageKey {
	key := &waCommon.MessageKey{RemoteJID: &message.Chat, FromMe: &message.FromMe, ID: &message.ID}
	if message.chat.Server == types.GroupServer || message.chat.Server == types.BroadcastServer {
		key.Participant = proto.String(message.sender.ToNonAD().String())
	}
	return key
}

func (p *peer) compose(ctx context.Context, client *whatsmeow.Client, to types.JID, request *sendRequest) (*waE2E.Message, error) {
	var message *waE2E.Message
	var err error
	switch request.Kind {
	case "reaction", "edit", "revoke", "pin", "keep", "vote", "event_response", "forward":
		message, err = p.composeAbout(ctx, client, to, request)
	case "raw":
		message = &waE2E.Message{}
		err = proto.Unmarshal(request.Raw, message)
	default:
		if _, isMedia := mediaTypes[request.Kind]; isMedia {
			message, err = mediaMessage(ctx, client, request)
		} else {
			message, err = composePlain(client, request)
		}
	}
	if err != nil {
		return nil, err
	}
	return p.dress(message, request)
}

func composePlain(client *whatsmeow.Client, request *sendRequest) (*waE2E.Message, error) {
	switch request.Kind {
	case "text":
		if request.Preview == nil {
			return &waE2E.Message{Conversation: &request.Text}, nil
		}
		return &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
			Text: &request.Text, MatchedText: &request.Preview.URL, Title: &request.Preview.Title,
			Description: &request.Preview.Description, JPEGThumbnail: request.Preview.Thumbnail}}, nil
	case "location":
		return &waE2E.Message{LocationMessage: &waE2E.LocationMessage{
			DegreesLatitude: &request.Latitude, DegreesLongitude: &request.Longitude, Name: optional(request.Name),
			Address: optional(request.Address), URL: optional(request.URL), AccuracyInMeters: positive(request.Accuracy)}}, nil
	case "live_location":
		return &waE2E.Message{LiveLocationMessage: &waE2E.LiveLocationMessage{
			DegreesLatitude: &request.Latitude, DegreesLongitude: &request.Longitude, Caption: optional(request.Text),
			AccuracyInMeters: positive(request.Accuracy), SpeedInMps: &request.Speed, SequenceNumber: &request.Sequence}}, nil
	case "contacts":
		cards := []*waE2E.ContactMessage{}
		for _, each := range request.Contacts {
			cards = append(cards, &waE2E.ContactMessage{DisplayName: &each.Name, Vcard: &each.Vcard})
		}
		if len(cards) == 1 {
			return &waE2E.Message{ContactMessage: cards[0]}, nil
		}
		return &waE2E.Message{ContactsArrayMessage: &waE2E.ContactsArrayMessage{DisplayName: &request.Name, Contacts: cards}}, nil
	case "poll":
		return client.BuildPollCreation(request.Question, request.Options, request.Selectable), nil
	case "event":
		event := &waE2E.EventMessage{Name: &request.Name, Description: optional(request.Description), StartTime: &request.Start}
		if request.End != 0 {
			event.EndTime = &request.End
		}
		if request.Place != "" {
			event.Location = &waE2E.LocationMessage{Name: &request.Place}
		}
		secret := client.BuildPollCreation("", nil, 0).GetMessageContextInfo()
		return &waE2E.Message{EventMessage: event, MessageContextInfo: secret}, nil
	case "group_invite":
		return &waE2E.Message{GroupInviteMessage: &waE2E.GroupInviteMessage{
			GroupJID: &request.Group, InviteCode: &request.Code, GroupName: &request.Name, Caption: optional(request.Text),
			InviteExpiration: proto.Int64(time.Now().Add(72 * time.Hour).Unix())}}, nil
	case "disappearing":
		return &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
			Type: waE2E.ProtocolMessage_EPHEMERAL_SETTING.Enum(), EphemeralExpiration: &request.Seconds,
			EphemeralSettingTimestamp: proto.Int64(time.Now().Unix())}}, nil
	case "album":
		return &waE2E.Message{AlbumMessage: &waE2E.AlbumMessage{
			ExpectedImageCount: &request.Images, ExpectedVideoCount: &request.Videos}}, nil
	}
	return nil, refusal{http.StatusUnprocessableEntity, "no such kind: " + request.Kind}
}

// composeAbout makes what refers to another message.
func (p *peer) composeAbout(ctx context.Context, client *whatsmeow.Client, to types.JID, request *sendRequest) (*waE2E.Message, error) {
	about := p.archive.find(request.Message)
	if about == nil {
		return nil, refusal{http.StatusNotFound, "no such message"}
	}
	key := keyOf(about)
	now := proto.Int64(time.Now().UnixMilli())
	switch request.Kind {
	case "reaction":
		return &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{Key: key, Text: &request.Emoji, SenderTimestampMS: now}}, nil
	case "edit":
		return client.BuildEdit(to, about.ID, &waE2E.Message{Conversation: &request.Text}), nil
	case "revoke":
		sender := types.EmptyJID
		if !about.FromMe {
			sender = about.sender
		}
		return client.BuildRevoke(to, sender, about.ID), nil
	case "pin":
		kind, seconds := waE2E.PinInChatMessage_PIN_FOR_ALL, max(request.Seconds, 86400)
		if request.Unpin {
			kind, seconds = waE2E.PinInChatMessage_UNPIN_FOR_ALL, 0
		}
		return &waE2E.Message{
			PinInChatMessage:   &waE2E.PinInChatMessage{Key: key, Type: &kind, SenderTimestampMS: now},
			MessageContextInfo: &waE2E.MessageContextInfo{MessageAddOnDurationInSecs: &seconds}}, nil
	case "keep":
		kind := waE2E.KeepType_UNDO_KEEP_FOR_ALL
		if request.Keep {
			kind = waE2E.KeepType_KEEP_FOR_ALL
		}
		return &waE2E.Message{KeepInChatMessage: &waE2E.KeepInChatMessage{Key: key, KeepType: &kind, TimestampMS: now}}, nil
	case "vote":
		return p.vote(ctx, client, about, request.Options)
	case "event_response":
		return p.respond(ctx, client, about, request.Response)
	}
	return forwarded(about), nil
}

// content is a copy of what the message says, without what belongs to its sending.
func content(from *stored) *waE2E.Message {
	inner, _ := unwrapped(from.message)
	inner = proto.CloneOf(inner)
	inner.MessageContextInfo, inner.SenderKeyDistributionMessage = nil, nil
	return inner
}

// forwarded is a copy that says that it was sent on.
func forwarded(from *stored) *waE2E.Message {
	inner := content(from)
	if inner.Conversation != nil {
		inner.ExtendedTextMessage, inner.Conversation = &waE2E.ExtendedTextMessage{Text: inner.Conversation}, nil
	}
	withContent(inner, func(context *waE2E.ContextInfo) {
		score := context.GetForwardingScore() + 1
		proto.Reset(context)
		context.IsForwarded, context.ForwardingScore = proto.Bool(true), &score
	})
	return inner
}
