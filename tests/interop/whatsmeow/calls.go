package main

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
)

type startRequest struct {
	Method string `json:"method"`
	Phone  string `json:"phone"`
}

func (p *peer) startCall(ctx context.Context, request startRequest) (any, error) {
	if request.Method == "" {
		request.Method = "qr"
	}
	if request.Method == "code" && request.Phone == "" {
		return nil, refusal{http.StatusUnprocessableEntity, "phone is missing"}
	}
	return fields{"started": true}, p.start(ctx, request.Method, request.Phone)
}

func (p *peer) logout(ctx context.Context, _ fields) (any, error) {
	client, err := p.online()
	if err != nil {
		return nil, err
	}
	err = client.Logout(ctx)
	p.stop()
	return fields{"logged_out": true}, err
}

type readRequest struct {
	JID    string   `json:"jid"`
	Sender string   `json:"sender"` // in groups
	IDs    []string `json:"ids"`
	Played bool     `json:"played"`
}

func (p *peer) read(ctx context.Context, request readRequest) (any, error) {
	client, err := p.online()
	if err != nil {
		return nil, err
	}
	chat, err := jidOf(request.JID)
	if err != nil {
		return nil, err
	}
	sender := chat
	if request.Sender != "" {
		if sender, err = jidOf(request.Sender); err != nil {
			return nil, err
		}
	}
	kind := types.ReceiptTypeRead
	if request.Played {
		kind = types.ReceiptTypePlayed
	}
	return fields{"read": len(request.IDs)}, client.MarkRead(ctx, request.IDs, time.Now(), chat, sender, kind)
}

type presenceRequest struct {
	Type string `json:"type"`
	To   string `json:"to"`
}

func (p *peer) presence(ctx context.Context, request presenceRequest) (any, error) {
	client, err := p.online()
	if err != nil {
		return nil, err
	}
	if request.To == "" {
		if request.Type == "" {
			request.Type = string(types.PresenceAvailable)
		}
		return fields{"sent": true}, client.SendPresence(ctx, types.Presence(request.Type))
	}
	to, err := jidOf(request.To)
	if err != nil {
		return nil, err
	}
	state, media := types.ChatPresence(request.Type), types.ChatPresenceMediaText
	if request.Type == "recording" {
		state, media = types.ChatPresenceComposing, types.ChatPresenceMediaAudio
	}
	return fields{"sent": true}, client.SendChatPresence(ctx, to, state, media)
}

type jidRequest struct {
	JID  string `json:"jid"`
	Mode string `json:"mode"`
}

func (p *peer) watch(ctx context.Context, request jidRequest) (any, error) {
	client, err := p.online()
	if err != nil {
		return nil, err
	}
	jid, err := jidOf(request.JID)
	if err != nil {
		return nil, err
	}
	return fields{"watching": true}, client.SubscribePresence(ctx, jid)
}

// both is a person's number and LID, as far as they are known.
func both(ctx context.Context, client *whatsmeow.Client, jid types.JID) []types.JID {
	known := []types.JID{jid.ToNonAD()}
	if jid.Server == types.HiddenUserServer {
		if pn, err := client.Store.LIDs.GetPNForLID(ctx, jid); err == nil && !pn.IsEmpty() {
			known = append(known, pn.ToNonAD())
		}
	} else if lid, err := client.Store.LIDs.GetLIDForPN(ctx, jid); err == nil && !lid.IsEmpty() {
		known = append(known, lid.ToNonAD())
	}
	return known
}

// corrupt forgets the Signal sessions with all devices of a person.
func (p *peer) corrupt(ctx context.Context, request jidRequest) (any, error) {
	client, err := p.online()
	if err != nil {
		return nil, err
	}
	if request.Mode != "" && request.Mode != "delete" {
		return nil, refusal{http.StatusUnprocessableEntity, "sessions can only be deleted here"}
	}
	jid, err := jidOf(request.JID)
	if err != nil {
		return nil, err
	}
	forgotten := []string{}
	for _, each := range both(ctx, client, jid) {
		address := each.SignalAddressUser()
		if err := client.Store.Sessions.DeleteAllSessions(ctx, address); err != nil {
			return nil, err
		}
		forgotten = append(forgotten, address)
	}
	return fields{"sessions": forgotten}, nil
}

type lookupRequest struct {
	Numbers []string `json:"numbers"`
}

func (p *peer) lookup(ctx context.Context, request lookupRequest) (any, error) {
	client, err := p.online()
	if err != nil {
		return nil, err
	}
	found, err := client.IsOnWhatsApp(ctx, request.Numbers)
	shown := []fields{}
	for _, each := range found {
		shown = append(shown, fields{"query": each.Query, "jid": each.JID.String(), "exists": each.IsIn})
	}
	return shown, err
}

type profileRequest struct {
	About *string `json:"about"`
}

func (p *peer) setProfile(ctx context.Context, request profileRequest) (any, error) {
	client, err := p.online()
	if err != nil {
		return nil, err
	}
	if request.About == nil {
		return nil, refusal{http.StatusUnprocessableEntity, "about is missing"}
	}
	return fields{"changed": true}, client.SetStatusMessage(ctx, *request.About)
}

func (p *peer) profile(ctx context.Context, _ []byte, query url.Values) (any, error) {
	client, err := p.online()
	if err != nil {
		return nil, err
	}
	jid, err := jidOf(query.Get("jid"))
	if err != nil {
		return nil, err
	}
	told := fields{"jid": jid.String(), "about": nil, "picture": nil}
	if info, err := client.GetUserInfo(ctx, []types.JID{jid}); err == nil {
		told["about"] = info[jid].Status
		told["devices"] = jids(info[jid].Devices)
	}
	picture, err := client.GetProfilePictureInfo(ctx, jid, &whatsmeow.GetProfilePictureParams{})
	if err == nil && picture != nil {
		told["picture"] = fields{"id": picture.ID, "url": picture.URL}
	}
	return told, nil
}

// raw is a message as it was sent or received, serialised.
func (p *peer) raw(_ context.Context, _ []byte, query url.Values) (any, error) {
	found := p.archive.find(query.Get("id"))
	if found == nil {
		return nil, refusal{http.StatusNotFound, "no such message"}
	}
	return fields{"chat": found.Chat, "sender": found.Sender, "from_me": found.FromMe,
		"message": base64.StdEncoding.EncodeToString(found.Raw)}, nil
}
