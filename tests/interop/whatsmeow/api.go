package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
)

// refusal is an error that says which status it answers with; all others answer with 500.
type refusal struct {
	status int
	detail string
}

func (r refusal) Error() string { return r.detail }

type call func(ctx context.Context, body []byte, query url.Values) (any, error)

func taking[Request any](work func(context.Context, Request) (any, error)) call {
	return func(ctx context.Context, body []byte, _ url.Values) (any, error) {
		var request Request
		if len(body) > 0 {
			if err := json.Unmarshal(body, &request); err != nil {
				return nil, refusal{http.StatusUnprocessableEntity, err.Error()}
			}
		}
		return work(ctx, request)
	}
}

// onGroup reads the group from the body, or from the query of a GET.
func (p *peer) onGroup(work groupCall) call {
	return func(ctx context.Context, body []byte, query url.Values) (any, error) {
		request := groupRequest{Group: query.Get("group"), Code: query.Get("code")}
		if len(body) > 0 {
			if err := json.Unmarshal(body, &request); err != nil {
				return nil, refusal{http.StatusUnprocessableEntity, err.Error()}
			}
		}
		client, err := p.online()
		if err != nil {
			return nil, err
		}
		group := types.EmptyJID
		if request.Group != "" {
			if group, err = jidOf(request.Group); err != nil {
				return nil, err
			}
		}
		return work(ctx, client, group, request)
	}
}

func (p *peer) list(entries *[]fields) call {
	return func(_ context.Context, _ []byte, query url.Values) (any, error) {
		seq, _ := strconv.Atoi(query.Get("after"))
		return p.feed.after(entries, seq), nil
	}
}

func (p *peer) api() http.Handler {
	calls := map[string]call{
		"GET /health": func(context.Context, []byte, url.Values) (any, error) { return fields{"status": "ok"}, nil },
		"GET /state":  func(context.Context, []byte, url.Values) (any, error) { return p.state(), nil },
		"POST /start": taking(p.startCall),
		"POST /stop": func(context.Context, []byte, url.Values) (any, error) {
			p.stop()
			return fields{"stopped": true}, nil
		},
		"POST /restart":  taking(func(ctx context.Context, _ startRequest) (any, error) { return p.startCall(ctx, startRequest{}) }),
		"POST /logout":   taking(p.logout),
		"POST /send":     taking(p.send),
		"POST /read":     taking(p.read),
		"POST /presence": taking(p.presence),
		"POST /watch":    taking(p.watch),
		"POST /corrupt":  taking(p.corrupt),
		"POST /download": taking(p.download),
		"POST /lookup":   taking(p.lookup),
		"POST /profile":  taking(p.setProfile),
		"GET /profile":   p.profile,
		"GET /poll":      func(_ context.Context, _ []byte, query url.Values) (any, error) { return p.tally(query.Get("id")) },
		"GET /raw":       p.raw,
		"GET /messages":  p.list(&p.feed.messages),
		"GET /receipts":  p.list(&p.feed.receipts),
		"GET /events":    p.list(&p.feed.events),

		"POST /groups":              p.onGroup(createGroup),
		"GET /groups":               p.onGroup(listGroups),
		"GET /group":                p.onGroup(showGroup),
		"POST /groups/participants": p.onGroup(changeMembers),
		"POST /groups/settings":     p.onGroup(changeSettings),
		"POST /groups/leave":        p.onGroup(leaveGroup),
		"POST /groups/invite":       p.onGroup(inviteCode),
		"POST /groups/join":         p.onGroup(joinGroup),
		"GET /groups/invite-info":   p.onGroup(inviteInfo),
		"GET /groups/requests":      p.onGroup(listRequests),
		"POST /groups/requests":     p.onGroup(decideRequests),
	}
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		work, known := calls[request.Method+" "+request.URL.Path]
		if !known {
			answer(response, http.StatusNotFound, fields{"detail": "no such call"})
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, 256<<20))
		if err != nil {
			answer(response, http.StatusRequestEntityTooLarge, fields{"detail": err.Error()})
			return
		}
		ctx, cancel := context.WithTimeout(request.Context(), 2*patience)
		defer cancel()
		result, err := work(ctx, body, request.URL.Query())
		var refused refusal
		switch {
		case errors.As(err, &refused):
			answer(response, refused.status, fields{"detail": refused.detail})
		case err != nil:
			p.log.Errorf("%s failed: %v", request.URL.Path, err)
			answer(response, http.StatusInternalServerError, fields{"detail": err.Error(), "code": iqCode(err)})
		default:
			answer(response, http.StatusOK, result)
		}
	})
}

// iqCode is the number in the server's refusal of a query.
func iqCode(err error) any {
	var refused *whatsmeow.IQError
	if errors.As(err, &refused) {
		return refused.Code
	}
	return nil
}

func answer(response http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"detail":"the answer is no JSON"}`)
	}
	response.Header().Set("Content-Type", "application/json")
	response.WriteHeader(status)
	_, _ = response.Write(text)
}
