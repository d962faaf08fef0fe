package main

import (
	"fmt"
	"os"
	"sync"
	"time"

	waLog "go.mau.fi/whatsmeow/util/log"
)

var levels = map[string]int{"DEBUG": 0, "INFO": 1, "WARN": 2, "ERROR": 3}

type logFile struct {
	sync.Mutex
	file  *os.File
	least int
}

// logger writes whatsmeow's log lines to a file.
type logger struct {
	target *logFile
	module string
}

func openLog(path, level string) (waLog.Logger, error) {
	least, known := levels[level]
	if !known {
		return nil, fmt.Errorf("no log level %q", level)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &logger{target: &logFile{file: file, least: least}, module: "peer"}, nil
}

func (l *logger) write(level, format string, args ...any) {
	if levels[level] < l.target.least {
		return
	}
	l.target.Lock()
	defer l.target.Unlock()
	now := time.Now().Format("15:04:05.000")
	fmt.Fprintf(l.target.file, "%s %-5s %s: %s\n", now, level, l.module, fmt.Sprintf(format, args...))
}

func (l *logger) Debugf(format string, args ...any) { l.write("DEBUG", format, args...) }
func (l *logger) Infof(format string, args ...any)  { l.write("INFO", format, args...) }
func (l *logger) Warnf(format string, args ...any)  { l.write("WARN", format, args...) }
func (l *logger) Errorf(format string, args ...any) { l.write("ERROR", format, args...) }
func (l *logger) Sub(module string) waLog.Logger {
	return &logger{target: l.target, module: l.module + "/" + module}
}
