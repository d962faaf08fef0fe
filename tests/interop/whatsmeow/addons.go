package main

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"
)

func infoOf(from *stored) *types.MessageInfo {
	group := from.chat.Server == types.GroupServer
	return &types.MessageInfo{ID: from.ID, MessageSource: types.MessageSource{
		Chat: from.chat, Sender: from.sender, IsFromMe: from.FromMe, IsGroup: group}}
}

func (p *peer) vote(ctx context.Context, client *whatsmeow.Client, asked *stored, options []string) (*waE2E.Message, error) {
	inner, _ := unwrapped(asked.message)
	if poll(inner) == nil {
		return nil, refusal{http.StatusUnprocessableEntity, "no poll in this message"}
	}
	return client.BuildPollVote(ctx, infoOf(asked), options)
}

var responses = map[string]waE2E.EventResponseMessage_EventResponseType{
	"going": waE2E.EventResponseMessage_GOING, "not_going": waE2E.EventResponseMessage_NOT_GOING,
	"maybe": waE2E.EventResponseMessage_MAYBE,
}

// respond answers an event invitation; whatsmeow knows how to seal that, but has no call for it.
func (p *peer) respond(ctx context.Context, client *whatsmeow.Client, event *stored, response string) (*waE2E.Message, error) {
	chosen, known := responses[response]
	if !known {
		return nil, refusal{http.StatusUnprocessableEntity, "a response is going, not_going or maybe"}
	}
	plain, err := proto.Marshal(&waE2E.EventResponseMessage{Response: &chosen, TimestampMS: proto.Int64(time.Now().UnixMilli())})
	if err != nil {
		return nil, err
	}
	own := client.Store.ID.ToNonAD()
	payload, iv, err := client.DangerousInternals().EncryptMsgSecret(
		ctx, own, event.chat, event.sender, event.ID, whatsmeow.EncSecretEventResponse, plain)
	if err != nil {
		return nil, err
	}
	return &waE2E.Message{EncEventResponseMessage: &waE2E.EncEventResponseMessage{
		EventCreationMessageKey: keyOf(event), EncPayload: payload, EncIV: iv}}, nil
}

// opened adds to an entry what is in the sealed add-on that the message carries.
func (p *peer) opened(client *whatsmeow.Client, seen *events.Message, entry fields) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var err error
	switch inner, _ := unwrapped(bare(seen.RawMessage)); {
	case inner.PollUpdateMessage != nil:
		var vote *waE2E.PollVoteMessage
		if vote, err = client.DecryptPollVote(ctx, seen); err == nil {
			entry["options"] = p.optionNames(inner.PollUpdateMessage.GetPollCreationMessageKey().GetID(), vote.GetSelectedOptions())
		}
	case inner.EncReactionMessage != nil:
		var reaction *waE2E.ReactionMessage
		if reaction, err = client.DecryptReaction(ctx, seen); err == nil {
			entry["emoji"] = reaction.GetText()
		}
	case inner.EncCommentMessage != nil:
		var comment *waE2E.Message
		if comment, err = client.DecryptComment(ctx, seen); err == nil {
			entry["text"] = describe(comment)["text"]
		}
	case inner.EncEventResponseMessage != nil:
		var plain []byte
		sealed := inner.EncEventResponseMessage
		plain, err = client.DangerousInternals().DecryptMsgSecret(
			ctx, seen, whatsmeow.EncSecretEventResponse, sealed, sealed.GetEventCreationMessageKey())
		answer := &waE2E.EventResponseMessage{}
		if err == nil {
			err = proto.Unmarshal(plain, answer)
		}
		for name, value := range responses {
			if err == nil && answer.GetResponse() == value {
				entry["response"] = name
			}
		}
	}
	if err != nil {
		entry["open_error"] = err.Error()
	}
}

// optionNames turns hashes into the options of the poll; an unknown one stays in hex.
func (p *peer) optionNames(id string, hashes [][]byte) []string {
	names := map[string]string{}
	if asked := p.archive.find(id); asked != nil {
		inner, _ := unwrapped(asked.message)
		for _, option := range poll(inner).GetOptions() {
			hash := whatsmeow.HashPollOptions([]string{option.GetOptionName()})[0]
			names[string(hash)] = option.GetOptionName()
		}
	}
	chosen := []string{}
	for _, hash := range hashes {
		name, known := names[string(hash)]
		if !known {
			name = hex.EncodeToString(hash)
		}
		chosen = append(chosen, name)
	}
	return chosen
}

// tally is the last vote of everybody whose vote this peer has seen.
func (p *peer) tally(id string) (any, error) {
	asked := p.archive.find(id)
	if asked == nil {
		return nil, refusal{http.StatusNotFound, "no such message"}
	}
	inner, _ := unwrapped(asked.message)
	if poll(inner) == nil {
		return nil, refusal{http.StatusUnprocessableEntity, "no poll in this message"}
	}
	last := map[string][]string{}
	for _, entry := range p.feed.after(&p.feed.messages, 0) {
		about, _ := entry["target"].(fields)
		options, readable := entry["options"].([]string)
		if entry["kind"] == "vote" && readable && about["id"] == id {
			voter, _ := types.ParseJID(entry["sender"].(string))
			last[voter.ToNonAD().String()] = options
		}
	}
	p.mutex.Lock()
	if own, voted := p.votes[id]; voted && p.client != nil {
		last[p.client.Store.ID.ToNonAD().String()] = own
	}
	p.mutex.Unlock()
	votes := []fields{}
	for _, option := range poll(inner).GetOptions() {
		voters := []string{}
		for voter, options := range last {
			for _, chosen := range options {
				if chosen == option.GetOptionName() {
					voters = append(voters, voter)
				}
			}
		}
		votes = append(votes, fields{"name": option.GetOptionName(), "voters": voters})
	}
	return fields{"votes": votes}, nil
}
