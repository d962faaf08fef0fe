package main

import (
	"bufio"
	"encoding/json"
	"os"
	"sync"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// stored is one message as it was sent or received. Quotes, votes, edits and downloads name it by its id.
type stored struct {
	ID     string `json:"id"`
	Chat   string `json:"chat"`
	Sender string `json:"sender"`
	FromMe bool   `json:"from_me"`
	Raw    []byte `json:"raw"` // wa.e2e.Message, wrappers included

	message *waE2E.Message
	chat    types.JID
	sender  types.JID
}

// archive keeps all messages, in memory and in a file that outlives the process.
type archive struct {
	mutex sync.Mutex
	byID  map[string]*stored
	order []*stored
	file  *os.File
}

func (s *stored) open() error {
	var err error
	if s.chat, err = types.ParseJID(s.Chat); err != nil {
		return err
	}
	if s.sender, err = types.ParseJID(s.Sender); err != nil {
		return err
	}
	s.message = &waE2E.Message{}
	return proto.Unmarshal(s.Raw, s.message)
}

func openArchive(path string) (*archive, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	made := &archive{byID: map[string]*stored{}, file: file}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		entry := &stored{}
		if err := json.Unmarshal(lines.Bytes(), entry); err != nil {
			return nil, err
		}
		if err := entry.open(); err != nil {
			return nil, err
		}
		made.byID[entry.ID] = entry
		made.order = append(made.order, entry)
	}
	return made, lines.Err()
}

func (a *archive) keep(id string, chat, sender types.JID, fromMe bool, message *waE2E.Message) error {
	raw, err := proto.Marshal(message)
	if err != nil {
		return err
	}
	entry := &stored{ID: id, Chat: chat.String(), Sender: sender.String(), FromMe: fromMe, Raw: raw}
	if err := entry.open(); err != nil {
		return err
	}
	line, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.byID[id] = entry
	a.order = append(a.order, entry)
	_, err = a.file.Write(append(line, '\n'))
	return err
}

func (a *archive) find(id string) *stored {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.byID[id]
}

// all is every message in the order in which they were seen.
func (a *archive) all() []*stored {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return append([]*stored(nil), a.order...)
}
