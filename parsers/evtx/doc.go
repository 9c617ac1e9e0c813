// Package evtx reads process events out of Windows event logs in their binary
// form, as they lie in C:\Windows\System32\winevt\Logs: Sysmon's, the Security
// log, System, what was forwarded, whole or damaged.
//
// It is for whoever has the logs and not an export of them. What the events mean
// is package winevent's; this package finds the records and takes their values
// out, so that a log and its export by evtx_dump give the same events.
//
// # The format
//
// A file is a header of 4 KiB and chunks of 64 KiB. A chunk holds records of
// binary XML and refers to nothing outside itself. A record is, as a rule, an
// instance of a template: the definition of an element with numbered places in
// it, which stands in the chunk where it is first used, and the values for the
// places. One of the values is binary XML again, the instance of a template for
// the event data.
//
// A definition is compiled into a list of its places, once a chunk; then a record
// costs a walk over its values. System is read first, and where provider and
// event id cannot make an event, nothing else is.
//
// The file is read forwards and once. What the file's header says is checked and
// not needed: chunks are known by their magic, wherever they stand, so that logs
// copied while they were open, cut, or with no header are read to the last chunk
// that is there.
//
// Workers take the chunks in turn and read the records of each by themselves. What
// depends on the records before goes in the order of the file, on one goroutine:
// duplicates, processes that were seen before, numbers that are missing. What is
// yielded, counted and warned of does not depend on the number of workers.
//
// # Damage
//
// Within a chunk, records are followed by their sizes. A record that is no record
// costs itself, and the next is looked for by its magic and a size that is there
// twice. A wrong size of a record whose number follows the one before, and a
// wrong checksum of a chunk, cost nothing but a warning; a record whose values
// cannot be read is told with its number. Chunks lost to others do not matter to
// the rest. Record numbers that are missing are told once, with their count and
// where most are: logs that were exported by a filter are numbered anew, so these
// were overwritten, lost or taken out.
//
// Account.Records counts records, Account.Skipped the bytes of damaged records
// and of places where a record or chunk should be. The space behind the last
// record of a chunk and zeros at the end of the file belong to every healthy log
// and are not counted.
//
// # Trust
//
// Every offset and size is checked against the chunk. Values are parts of the
// record that do not overlap, fragments nest to a fixed depth, and how much of a
// chunk's definitions is looked at, how many places are filled, and how much text
// comes of it is bounded: see maxDepth and what follows it. The worst chunk that
// the tests hold costs 15 ms; names and paths can take some tens of MiB until the
// next chunk.
//
// This is why the records are not read by Velociraptor's library
// (www.velocidex.com/golang/evtx), which trusts the numbers that it finds: a
// changed count of values makes it allocate until the process is killed, which no
// caller can catch. It also drops what tells a logon id from a number, and reads
// values at a tenth of the speed. The tests hold every value of every public log
// to what it reads.
//
// # What is not read
//
// Records in the space behind the last one, left over from an earlier use of a
// chunk. Chunks whose magic is lost. Event data whose names are values themselves.
// Messages: they are not in the log but in the provider's files, so the names that
// a %%1936 stands for are not known. The older format (.evt).
//
// # Sources
//
// Microsoft, [MS-EVEN6] EventLog Remoting Protocol 6.0, section 2.2.12 on binary
// XML; Joachim Metz, "Windows XML Event Log (EVTX) format" (libevtx), on files,
// chunks and records. Checked against evtx_dump's JSON of the same logs,
// Velociraptor's library, and the damaged logs that the evtx project collected.
package evtx
