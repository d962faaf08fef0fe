package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3" of database/sql
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	waLog "go.mau.fi/whatsmeow/util/log"
)

// peer is one companion: its link, and all it has seen. Everything is guarded by the mutex of the part it lies in.
type peer struct {
	options options
	log     waLog.Logger
	stores  *sqlstore.Container
	archive *archive
	feed    feed

	mutex   sync.Mutex
	client  *whatsmeow.Client
	wanted  string // "qr" or "code"; empty while stopped
	phone   string // whom a pairing code is for
	status  status
	retried map[string]chan *events.MediaRetry // media asked for again, by message id
	votes   map[string][]string                // what was chosen here, by poll
}

type lastDisconnect struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

type me struct {
	ID   string `json:"id"`
	LID  string `json:"lid"`
	Name string `json:"name"`
}

// status is what GET /state tells.
type status struct {
	Connection     string          `json:"connection"` // close, connecting, open
	QR             string          `json:"qr,omitempty"`
	PairingCode    string          `json:"pairing_code,omitempty"`
	Me             *me             `json:"me"`
	LastDisconnect *lastDisconnect `json:"last_disconnect"`
	Opened         int             `json:"opened"`
	Stopped        bool            `json:"stopped"`
}

func newPeer(ctx context.Context, chosen options, log waLog.Logger) (*peer, error) {
	if err := trustRoot(chosen.rootKey); err != nil {
		return nil, err
	}
	if err := claimVersion(chosen.version); err != nil {
		return nil, err
	}
	path := filepath.Join(chosen.authDir, "whatsmeow.db")
	address := fmt.Sprintf("file:%s?_foreign_keys=on&_busy_timeout=10000&_journal_mode=WAL&_synchronous=OFF&_txlock=immediate", path)
	stores, err := sqlstore.New(ctx, "sqlite3", address, log.Sub("Store"))
	if err != nil {
		return nil, err
	}
	kept, err := openArchive(filepath.Join(chosen.authDir, "archive.jsonl"))
	if err != nil {
		return nil, err
	}
	made := &peer{options: chosen, log: log, stores: stores, archive: kept, retried: map[string]chan *events.MediaRetry{}, votes: map[string][]string{}}
	made.status.Connection = "close"
	return made, nil
}

// start links, or comes back when there are credentials; whatever runs is ended first.
func (p *peer) start(ctx context.Context, method, phone string) error {
	p.stop()
	device, err := p.stores.GetFirstDevice(ctx)
	if err != nil {
		return err
	}
	client := whatsmeow.NewClient(device, p.log.Sub("Client"))
	pool, err := authorities(p.options.ca)
	if err != nil {
		return err
	}
	if err := direct(client, p.options.url, pool); err != nil {
		return err
	}
	if !p.options.byNumber && device.LIDMigrationTimestamp == 0 {
		device.LIDMigrationTimestamp = time.Now().Unix() // else the phone's history says so, some time after linking
	}
	if device.PushName == "" {
		device.PushName = p.options.name
	}
	client.InitialAutoReconnect = true
	client.EmitAppStateEventsOnFullSync = true
	client.SendReportingTokens = true
	client.GetMessageForRetry = func(_, _ types.JID, id types.MessageID) *waE2E.Message {
		if found := p.archive.find(id); found != nil && found.FromMe {
			return found.message
		}
		return nil
	}
	client.AddEventHandler(func(event any) { p.handle(client, event) })

	p.mutex.Lock()
	p.client, p.wanted, p.phone = client, method, phone
	p.status.Connection, p.status.PairingCode, p.status.Stopped = "connecting", "", false
	p.mutex.Unlock()
	if device.ID == nil {
		codes, err := client.GetQRChannel(context.Background())
		if err != nil {
			return err
		}
		go p.showCodes(client, codes)
	}
	return client.Connect()
}

// showCodes offers each QR code for as long as it is valid, and asks for a pairing code once where that is wanted.
func (p *peer) showCodes(client *whatsmeow.Client, codes <-chan whatsmeow.QRChannelItem) {
	asked := false
	for item := range codes {
		if item.Event != whatsmeow.QRChannelEventCode {
			p.change(client, func(s *status) { s.QR = "" })
			continue
		}
		p.change(client, func(s *status) { s.QR = currentForm(item.Code) })
		p.mutex.Lock()
		byCode, phone := p.wanted == "code", p.phone
		p.mutex.Unlock()
		if !byCode || asked {
			continue
		}
		asked = true
		code, err := client.PairPhone(context.Background(), phone, true, whatsmeow.PairClientChrome, "Chrome (Linux)")
		if err != nil {
			p.log.Errorf("requesting a pairing code failed: %v", err)
			continue
		}
		p.change(client, func(s *status) { s.PairingCode = code })
	}
}

// currentForm adds the client type, without which phones refuse a QR code; this whatsmeow shows the older four fields.
func currentForm(code string) string {
	if strings.Count(code, ",") == 3 {
		return code + "," + strconv.Itoa(int(whatsmeow.PairClientChrome))
	}
	return code
}

// change alters the status, unless `client` has been replaced.
func (p *peer) change(client *whatsmeow.Client, alter func(*status)) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.client == client {
		alter(&p.status)
	}
}

func (p *peer) stop() {
	p.mutex.Lock()
	client := p.client
	p.client = nil
	p.status.Connection, p.status.QR, p.status.Stopped = "close", "", true
	p.mutex.Unlock()
	if client != nil {
		client.RemoveEventHandlers()
		client.Disconnect()
	}
}

func (p *peer) state() status {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	shown := p.status
	if p.client != nil && p.client.Store.ID != nil {
		device := p.client.Store
		shown.Me = &me{ID: device.ID.String(), LID: device.LID.String(), Name: device.PushName}
	}
	return shown
}

// online is the client while it is logged in, and a refusal otherwise.
func (p *peer) online() (*whatsmeow.Client, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.client == nil || !p.client.IsLoggedIn() || !p.client.IsConnected() {
		return nil, refusal{http.StatusConflict, "not connected: " + p.status.Connection}
	}
	return p.client, nil
}

// patience is how long a call waits for the server.
const patience = 60 * time.Second
