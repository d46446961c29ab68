package daemon

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Lock makes sure that one process at a time polls into a database: two would
// ask every server twice. The lock is the operating system's, on a file beside
// the database, and gone with the process however it ends. Other commands need
// no lock.
func Lock(c Config) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(c.Database), 0o750); err != nil {
		return nil, fmt.Errorf("make the database folder: %w", err)
	}
	file, err := os.OpenFile(c.Database+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		err = fmt.Errorf("lock %s: %w", c.Database, err)
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = fmt.Errorf("another storywire polls into %s: stop it first, or name another database", c.Database)
		}
		return nil, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, nil
}

// Free is how many bytes the disk of a folder has left for us.
func Free(dir string) (uint64, error) {
	var disk unix.Statfs_t
	err := unix.Statfs(dir, &disk)
	return uint64(disk.Bavail) * uint64(disk.Bsize), err
}
