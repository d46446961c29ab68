package publish

import (
	"fmt"
	"slices"
)

// ArchiveSize is how many entries an archive holds. Archives of a feed are
// numbered from 1, the oldest; each holds the revisions whose places are next,
// and is there once it is full, so that it never changes (RFC 5005, section 4).
const ArchiveSize = 10

// ArchivePath is the path of an archive, without the name of its format.
func ArchivePath(feed string, number int) string { return fmt.Sprintf("%s/archive/%d", feed, number) }

func (f Feed) archive(site Site, number int, name string) string {
	return site.URL(ArchivePath(f.Path, number) + "/" + name)
}

// before is the address of the archive that goes on where the entries end, ""
// if there is none.
func (f Feed) before(site Site, entries []entry, name string) string {
	number := f.Archive - 1
	if f.Archive == 0 {
		if !f.Kept || len(entries) == 0 {
			return ""
		}
		place := func(a, b entry) int { return int(a.Place - b.Place) }
		oldest, newest := slices.MinFunc(entries, place).Place, slices.MaxFunc(entries, place).Place
		number = int(min((oldest-1+ArchiveSize-1)/ArchiveSize, newest/ArchiveSize))
	}
	if number < 1 {
		return ""
	}
	return f.archive(site, number, name)
}
