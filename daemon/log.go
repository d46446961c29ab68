package daemon

import (
	"fmt"
	"io"
	"log/slog"
	"os"
)

func (c LogConfig) level() (slog.Level, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return level, fmt.Errorf("log.level: %q is none of debug, info, warn, error", c.Level)
	}
	return level, nil
}

// NewLog makes the log a daemon writes. Where the journal adds the time, it
// leaves it out.
func NewLog(c LogConfig, w io.Writer) *slog.Logger {
	level, err := c.level()
	if err != nil {
		level = slog.LevelInfo
	}
	journal := os.Getenv("JOURNAL_STREAM") != ""
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if journal && len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}
