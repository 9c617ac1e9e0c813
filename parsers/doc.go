// Package parsers turns the files a responder has into events.
//
// [Open] lists the files below the given paths, [Evidence.Events] reads them:
// each is unpacked (gzip, xz, zstandard, bzip2, tar, zip, nested), converted to
// UTF-8, recognised by its content, and handed to the reader of its format.
// What became of every file and record stands in [Evidence.Accounts].
//
// Where a search engine put one document around its records, that is taken off, so
// that formats see objects one after the other. A file whose beginning is of no known
// format is searched farther in, up to a bound ([lookFarther]); one that holds records of a
// second format, which its reader does not take, is warned of ([tellSecond]).
//
// # Formats
//
// A format is a type in a folder of its own that fulfils
// parsers/internal/ingest.Format: Detect says how sure it is that some bytes are
// its own, Events reads them, Name is what --as takes. [Formats] names them all.
// Formats never import each other. Adding one takes:
//
//   - its folder, with the type, or its file in the folder of its family, and a
//     package comment that says what the format is by which description;
//   - its line in allFormats (formats.go), and its entry in catalogue.go: what it is and on what
//     it was tested, from which the README's table is made
//     (go test ./cmd/oddkin -run Readme -update);
//   - its line in rowFormats (second.go) if its records stand one behind the other, and
//     what they hold in beginnings (farther.go);
//   - testdata: scenarios of a log, the events and the account it must give;
//   - a fuzz target that holds what all hold: no panic, a balanced account,
//     offsets within the input, twice the same; in a family's folder, a seed.
//     (Run it with -fuzzminimizetime 50x: else go test spends up to a minute on
//     making each input smaller that reaches something new, and tries few others.)
//
// # Order and workers
//
// Files are read by several workers but their events are yielded in the order of
// the files, so that the result does not depend on the number of workers.
// Rotated logs (audit.log.2, audit.log.1, audit.log, or dated as logrotate does) are read oldest first.
//
// # Trust
//
// Evidence is opened read-only and never followed out of the folder it was found
// in: symbolic links inside a folder are reported, not read; devices, pipes and
// sockets are left alone. Members of archives are read as streams under names
// that are shown and never opened.
//
// # What others get wrong
//
// testdata/traps lists the mistakes that readers of such evidence make, each with
// the tests and scenarios here and in package tree that fail when it is made.
package parsers
