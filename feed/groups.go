package feed

import (
	"context"
	"errors"
	"sync"
	"time"
)

// inGroups does the items of each group one after the other and of so many
// groups side by side, for about a minute: what is left stays due. A group ends
// with its first error. Every goroutine has ended on return.
func inGroups[T any](ctx context.Context, items []T, group func(T) string, parallel int, do func(T) error) error {
	groups := map[string][]T{}
	for _, item := range items {
		groups[group(item)] = append(groups[group(item)], item)
	}
	over := time.Now().Add(time.Minute)
	room, failed := make(chan struct{}, parallel), make(chan error, len(groups))
	var wg sync.WaitGroup
	for _, items := range groups {
		wg.Go(func() {
			for _, item := range items {
				room <- struct{}{}
				var err error
				if ctx.Err() == nil && time.Now().Before(over) {
					err = do(item)
				}
				<-room
				if err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	err := ctx.Err()
	for e := range failed {
		err = errors.Join(err, e)
	}
	return err
}
