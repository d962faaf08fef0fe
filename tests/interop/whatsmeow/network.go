package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
)

// trustRoot replaces the key that has to have signed the server's Noise certificate chain.
func trustRoot(key string) error {
	if key == "" {
		return nil
	}
	raw, err := hex.DecodeString(key)
	if err != nil || len(raw) != len(whatsmeow.WACertPubKey) {
		return fmt.Errorf("the root key is not %d bytes in hex", len(whatsmeow.WACertPubKey))
	}
	copy(whatsmeow.WACertPubKey[:], raw)
	return nil
}

func claimVersion(text string) error {
	if text == "" {
		return nil
	}
	version, err := store.ParseVersion(text)
	if err != nil {
		return err
	}
	store.SetWAVersion(version)
	store.BaseClientPayload.UserAgent.AppVersion = version.ProtoAppVersion()
	return nil
}

func authorities(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", path)
	}
	return pool, nil
}

func clientFor(pool *x509.CertPool, serverName string, dial func(context.Context, string, string) (net.Conn, error)) *http.Client {
	transport := &http.Transport{
		TLSClientConfig:       &tls.Config{RootCAs: pool, ServerName: serverName, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		DialContext:           dial,
	}
	return &http.Client{Transport: transport}
}

// direct makes the client's connections go to the server of `address`. Its WebSocket address is a constant of whatsmeow,
// so the connections are turned, whatever host they are meant for; media hosts come from the server and are dialled as told.
func direct(client *whatsmeow.Client, address string, pool *x509.CertPool) error {
	target, err := url.Parse(address)
	if err != nil || target.Scheme != "wss" || target.Path != "/ws/chat" {
		return fmt.Errorf("%s is not of the form wss://HOST[:PORT]/ws/chat", address)
	}
	host := target.Host
	if target.Port() == "" {
		host = net.JoinHostPort(target.Hostname(), "443")
	}
	dialer := net.Dialer{Timeout: 10 * time.Second}
	turned := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, host)
	}
	socket := clientFor(pool, target.Hostname(), turned)
	client.SetWebsocketHTTPClient(socket)
	client.SetPreLoginHTTPClient(socket)
	client.SetMediaHTTPClient(clientFor(pool, "", dialer.DialContext))
	return nil
}
