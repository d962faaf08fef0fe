// A whatsmeow companion as a long-running process, driven over a small HTTP JSON API on the loopback. The page
// tests/interop/README.md lists the calls, which are those of the Baileys peer too. whatsmeow is used as published:
// where it goes and whom it trusts is set from outside (network.go).
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

type options struct {
	port     int
	authDir  string
	url      string
	ca       string
	rootKey  string
	version  string
	log      string
	logLevel string
	byNumber bool
	name     string
}

func parseOptions() options {
	var chosen options
	flag.IntVar(&chosen.port, "port", 0, "control port on 127.0.0.1; 0 picks one")
	flag.StringVar(&chosen.authDir, "auth-dir", "./auth", "credentials, Signal sessions, received and sent messages")
	flag.StringVar(&chosen.url, "url", "wss://127.0.0.1:8443/ws/chat", "WhatsApp's WebSocket address")
	flag.StringVar(&chosen.ca, "ca", "", "PEM file of the certificate authority")
	flag.StringVar(&chosen.rootKey, "root-key", "", "public key (hex) that signs the Noise certificates")
	flag.StringVar(&chosen.version, "version", "", "client version to claim, as in 2.3000.1")
	flag.StringVar(&chosen.log, "log", "", "log file; default AUTH-DIR/whatsmeow.log")
	flag.StringVar(&chosen.logLevel, "log-level", "DEBUG", "DEBUG, INFO, WARN or ERROR")
	flag.BoolVar(&chosen.byNumber, "by-number", false, "write to phone numbers, as accounts did before they moved to LIDs")
	flag.StringVar(&chosen.name, "name", "whatsmeow", "push name until the server tells one; presence needs it")
	flag.Parse()
	if chosen.log == "" {
		chosen.log = filepath.Join(chosen.authDir, "whatsmeow.log")
	}
	return chosen
}

func run() error {
	chosen := parseOptions()
	if err := os.MkdirAll(chosen.authDir, 0o700); err != nil {
		return err
	}
	logger, err := openLog(chosen.log, chosen.logLevel)
	if err != nil {
		return err
	}
	link, err := newPeer(context.Background(), chosen, logger)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", chosen.port))
	if err != nil {
		return err
	}
	fmt.Printf("peer listening on http://%s\n", listener.Addr())
	server := &http.Server{Handler: link.api(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()

	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGINT, syscall.SIGTERM)
	<-ended
	link.stop()
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "whatsmeow-peer:", err)
		os.Exit(1)
	}
}
