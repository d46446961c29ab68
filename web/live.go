package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/storywire/storywire/news"
)

// How open pages are told of a new revision.
const (
	maxLive  = 200              // pages at once; others are not told
	liveLook = 3 * time.Second  // between two looks for something new
	liveLife = 10 * time.Minute // of a connection; the browser then makes another
	liveBeat = 20 * time.Second // between two signs of life
)

// live tells a story's open page, by Server-Sent Events, the number of the
// latest revision whenever there is a new one.
func (h *handler) live(w http.ResponseWriter, r *http.Request) {
	story, err := h.Store.Story(r.Context(), r.PathValue("id"))
	if story.Status == news.Deleted {
		err = errGone
	}
	if err != nil {
		if !errors.Is(err, news.ErrNotFound) {
			h.Log.Error("request failed", "path", r.URL.Path, "err", err)
		}
		h.missed(w, r)
		return
	}
	if h.listening.Add(1) > maxLive || r.Method == http.MethodHead {
		h.listening.Add(-1)
		w.Header().Set("Cache-Control", cacheNever)
		w.WriteHeader(http.StatusNoContent) // the browser does not ask again
		return
	}
	defer h.listening.Add(-1)
	control := http.NewResponseController(w)
	// Where they cannot be set there are none.
	_, _ = control.SetWriteDeadline(time.Now().Add(liveLife+time.Minute)), control.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", cacheNever)
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold it back
	fmt.Fprintf(w, "retry: 10000\nevent: revision\ndata: %d\n\n", story.Revision)
	look, end, beat := time.NewTicker(liveLook), time.After(liveLife), time.Now()
	defer look.Stop()
	for told := story.Revision; control.Flush() == nil; {
		select {
		case <-r.Context().Done():
			return
		case <-h.Stop:
			return
		case <-end:
			return
		case <-look.C:
		}
		if story, err = h.Store.Story(r.Context(), story.ID); err != nil {
			return
		}
		if story.Revision != told {
			told = story.Revision
			fmt.Fprintf(w, "event: revision\ndata: %d\n\n", told)
		} else if time.Since(beat) > liveBeat {
			beat = time.Now()
			fmt.Fprint(w, ": alive\n\n")
		}
	}
}
