package main

import (
	"strings"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// unwrapped is the message inside all wrappers, and what the wrappers said.
func unwrapped(message *waE2E.Message) (*waE2E.Message, fields) {
	said := fields{}
	for range 8 {
		switch {
		case message.GetEphemeralMessage().GetMessage() != nil:
			message, said["ephemeral"] = message.EphemeralMessage.Message, true
		case message.GetViewOnceMessage().GetMessage() != nil:
			message, said["view_once"] = message.ViewOnceMessage.Message, true
		case message.GetViewOnceMessageV2().GetMessage() != nil:
			message, said["view_once"] = message.ViewOnceMessageV2.Message, true
		case message.GetViewOnceMessageV2Extension().GetMessage() != nil:
			message, said["view_once"] = message.ViewOnceMessageV2Extension.Message, true
		case message.GetDocumentWithCaptionMessage().GetMessage() != nil:
			message = message.DocumentWithCaptionMessage.Message
		case message.GetLottieStickerMessage().GetMessage() != nil:
			message = message.LottieStickerMessage.Message
		case message.GetEditedMessage().GetMessage() != nil:
			message = message.EditedMessage.Message
		case message.GetAssociatedChildMessage().GetMessage() != nil:
			message = message.AssociatedChildMessage.Message
		case message.GetGroupStatusMessageV2().GetMessage() != nil:
			message = message.GroupStatusMessageV2.Message
		default:
			return message, said
		}
	}
	return message, said
}

func merge(into fields, more fields) fields {
	for name, value := range more {
		into[name] = value
	}
	return into
}

func target(key *waCommon.MessageKey) fields {
	return fields{"id": key.GetID(), "chat": key.GetRemoteJID(), "from_me": key.GetFromMe(), "participant": key.GetParticipant()}
}

// describe names the kind of a message and what is in it, in the words of tests/interop/README.md.
func describe(message *waE2E.Message) fields {
	inner, said := unwrapped(message)
	said["kind"] = "other"
	if secret := message.GetMessageContextInfo().GetMessageSecret(); secret != nil {
		said["has_secret"] = true
	} else if inner.GetMessageContextInfo().GetMessageSecret() != nil {
		said["has_secret"] = true
	}
	if parent := inner.GetMessageContextInfo().GetMessageAssociation().GetParentMessageKey(); parent != nil {
		said["parent"] = target(parent)
	} else if parent := message.GetMessageContextInfo().GetMessageAssociation().GetParentMessageKey(); parent != nil {
		said["parent"] = target(parent)
	}
	for _, reader := range []func(*waE2E.Message) fields{describeText, describeMedia, describePlaces, describeAddOns, describeProtocol} {
		if found := reader(inner); found != nil {
			merge(said, found)
			break
		}
	}
	if said["kind"] == "other" {
		said["field"] = firstField(inner)
	}
	return merge(said, describeContext(inner))
}

func describeText(message *waE2E.Message) fields {
	if message.Conversation != nil {
		return fields{"kind": "text", "text": message.GetConversation()}
	}
	extended := message.GetExtendedTextMessage()
	if extended == nil {
		return nil
	}
	said := fields{"kind": "text", "text": extended.GetText()}
	if extended.GetMatchedText() != "" || extended.GetTitle() != "" {
		said["preview"] = fields{
			"url": extended.GetMatchedText(), "title": extended.GetTitle(), "description": extended.GetDescription(),
			"thumbnail_size": len(extended.GetJPEGThumbnail())}
	}
	if extended.BackgroundArgb != nil {
		said["background"] = extended.GetBackgroundArgb()
	}
	return said
}

func describePlaces(message *waE2E.Message) fields {
	switch {
	case message.LocationMessage != nil:
		place := message.LocationMessage
		return fields{
			"kind": "location", "latitude": place.GetDegreesLatitude(), "longitude": place.GetDegreesLongitude(),
			"name": place.GetName(), "address": place.GetAddress(), "url": place.GetURL(), "live": place.GetIsLive(),
			"accuracy": place.GetAccuracyInMeters(), "text": place.GetComment()}
	case message.LiveLocationMessage != nil:
		place := message.LiveLocationMessage
		return fields{
			"kind": "live_location", "latitude": place.GetDegreesLatitude(), "longitude": place.GetDegreesLongitude(),
			"accuracy": place.GetAccuracyInMeters(), "speed": place.GetSpeedInMps(), "text": place.GetCaption(),
			"heading": place.GetDegreesClockwiseFromMagneticNorth(), "sequence": place.GetSequenceNumber()}
	case message.ContactMessage != nil:
		card := message.ContactMessage
		return fields{"kind": "contacts", "contacts": []fields{{"name": card.GetDisplayName(), "vcard": card.GetVcard()}}}
	case message.ContactsArrayMessage != nil:
		cards := []fields{}
		for _, card := range message.ContactsArrayMessage.GetContacts() {
			cards = append(cards, fields{"name": card.GetDisplayName(), "vcard": card.GetVcard()})
		}
		return fields{"kind": "contacts", "name": message.ContactsArrayMessage.GetDisplayName(), "contacts": cards}
	case message.GroupInviteMessage != nil:
		invite := message.GroupInviteMessage
		return fields{
			"kind": "group_invite", "group": invite.GetGroupJID(), "code": invite.GetInviteCode(), "name": invite.GetGroupName(),
			"expiration": invite.GetInviteExpiration(), "text": invite.GetCaption()}
	case message.EventMessage != nil:
		event := message.EventMessage
		return fields{
			"kind": "event", "name": event.GetName(), "description": event.GetDescription(), "start": event.GetStartTime(),
			"end": event.GetEndTime(), "cancelled": event.GetIsCanceled(), "join_link": event.GetJoinLink(),
			"location": event.GetLocation().GetName(), "text": event.GetName()}
	case poll(message) != nil:
		asked := poll(message)
		options := []string{}
		for _, option := range asked.GetOptions() {
			options = append(options, option.GetOptionName())
		}
		return fields{
			"kind": "poll", "question": asked.GetName(), "options": options, "selectable": asked.GetSelectableOptionsCount(),
			"text": asked.GetName()}
	}
	return nil
}

func poll(message *waE2E.Message) *waE2E.PollCreationMessage {
	for _, asked := range []*waE2E.PollCreationMessage{
		message.GetPollCreationMessage(), message.GetPollCreationMessageV2(), message.GetPollCreationMessageV3(), message.GetPollCreationMessageV5()} {
		if asked != nil {
			return asked
		}
	}
	return nil
}

func describeAddOns(message *waE2E.Message) fields {
	switch {
	case message.ReactionMessage != nil:
		return fields{"kind": "reaction", "target": target(message.ReactionMessage.GetKey()), "emoji": message.ReactionMessage.GetText()}
	case message.EncReactionMessage != nil:
		return fields{"kind": "reaction", "encrypted": true, "target": target(message.EncReactionMessage.GetTargetMessageKey())}
	case message.PollUpdateMessage != nil:
		return fields{"kind": "vote", "target": target(message.PollUpdateMessage.GetPollCreationMessageKey())}
	case message.EncEventResponseMessage != nil:
		return fields{"kind": "event_response", "target": target(message.EncEventResponseMessage.GetEventCreationMessageKey())}
	case message.CommentMessage != nil:
		inner := describe(message.CommentMessage.GetMessage())
		return fields{"kind": "comment", "target": target(message.CommentMessage.GetTargetMessageKey()), "text": inner["text"]}
	case message.EncCommentMessage != nil:
		return fields{"kind": "comment", "encrypted": true, "target": target(message.EncCommentMessage.GetTargetMessageKey())}
	case message.SecretEncryptedMessage != nil:
		kind := message.SecretEncryptedMessage.GetSecretEncType().String()
		return fields{"kind": "secret_edit", "type": kind, "target": target(message.SecretEncryptedMessage.GetTargetMessageKey())}
	case message.PinInChatMessage != nil:
		pin := message.PinInChatMessage
		return fields{
			"kind": "pin", "target": target(pin.GetKey()), "unpin": pin.GetType() == waE2E.PinInChatMessage_UNPIN_FOR_ALL,
			"seconds": message.GetMessageContextInfo().GetMessageAddOnDurationInSecs()}
	case message.KeepInChatMessage != nil:
		keep := message.KeepInChatMessage
		return fields{"kind": "keep", "target": target(keep.GetKey()), "keep": keep.GetKeepType() == waE2E.KeepType_KEEP_FOR_ALL}
	case message.AlbumMessage != nil:
		album := message.AlbumMessage
		return fields{"kind": "album", "images": album.GetExpectedImageCount(), "videos": album.GetExpectedVideoCount()}
	}
	return nil
}

func describeProtocol(message *waE2E.Message) fields {
	protocol := message.GetProtocolMessage()
	if protocol == nil {
		return nil
	}
	switch protocol.GetType() {
	case waE2E.ProtocolMessage_REVOKE:
		return fields{"kind": "revoke", "target": target(protocol.GetKey())}
	case waE2E.ProtocolMessage_MESSAGE_EDIT:
		edited := describe(protocol.GetEditedMessage())
		return fields{"kind": "edit", "target": target(protocol.GetKey()), "edited": edited, "text": edited["text"]}
	case waE2E.ProtocolMessage_EPHEMERAL_SETTING:
		return fields{"kind": "disappearing", "seconds": protocol.GetEphemeralExpiration()}
	}
	return fields{"kind": "protocol", "type": protocol.GetType().String()}
}

// firstField is the name of the field that holds the content.
func firstField(message *waE2E.Message) string {
	name := ""
	message.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		found := string(field.Name())
		if found != "messageContextInfo" && !strings.HasPrefix(found, "senderKey") {
			name = found
		}
		return name == ""
	})
	return name
}

// contextOf is the context info of whatever content the message has.
func contextOf(message *waE2E.Message) *waE2E.ContextInfo {
	var found *waE2E.ContextInfo
	message.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if field.Kind() != protoreflect.MessageKind || field.IsList() {
			return true
		}
		inner := value.Message()
		if context := inner.Descriptor().Fields().ByName("contextInfo"); context != nil && inner.Has(context) {
			found, _ = inner.Get(context).Message().Interface().(*waE2E.ContextInfo)
		}
		return found == nil
	})
	return found
}

func describeContext(message *waE2E.Message) fields {
	said := fields{"mentions": []string{}, "quote": nil, "forwarded": false, "expiration": 0}
	context := contextOf(message)
	if context == nil {
		return said
	}
	said["mentions"] = append([]string{}, context.GetMentionedJID()...)
	said["mention_all"] = context.GetNonJIDMentions() > 0
	said["forwarded"], said["forwarding_score"] = context.GetIsForwarded(), context.GetForwardingScore()
	said["expiration"] = context.GetExpiration()
	if context.GetStanzaID() != "" {
		quote := fields{"id": context.GetStanzaID(), "author": context.GetParticipant(), "chat": context.GetRemoteJID()}
		if context.QuotedMessage != nil {
			inner := describe(context.QuotedMessage)
			quote["kind"], quote["text"] = inner["kind"], inner["text"]
		}
		said["quote"] = quote
	}
	return said
}
