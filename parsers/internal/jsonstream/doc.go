// Package jsonstream reads JSON (RFC 8259) of any size from a stream in
// bounded memory, for the readers of logs and reports that are JSON.
//
// # Shape
//
// A [Scanner] stands before a value. [Scanner.Members] and [Scanner.Elements]
// walk into it, [Scanner.Text] and [Scanner.Raw] take it, [Scanner.Skip] passes
// it over; a value that the body of a loop leaves alone is passed over by the
// loop. Errors stick, so one look at [Scanner.Err] after the outermost loop is
// enough:
//
//	s := jsonstream.NewScanner(r)
//	for key := range s.Members() {
//		switch string(key) {
//		case "processes":
//			for range s.Elements() {
//				for key := range s.Members() {
//					if string(key) == "name" {
//						name = string(s.Text())
//					}
//				}
//			}
//		}
//	}
//	return s.Err()
//
// A log is a sequence of objects, with or without an array around them.
// [Scanner.Hold] keeps one object's bytes while it is read, so that its fields
// can be noted as positions and decoded only if they are wanted, and
// [Scanner.Resync] finds the next object after a damaged one. Inside one large
// document [Scanner.Seek] finds the next key that is wanted.
//
// # Side by side
//
// Large documents are mostly lists of objects that nobody needs. An [Ahead] has several goroutines check
// its blocks before the scanner comes there. A block may begin anywhere, so each takes a comma between two braces
// for one between elements of a list and notes from there on how far elements follow on one another: a run, which is
// what it is wherever the guess was right, and wherever it was wrong, inside a text say, the scanner never stands
// before it with an element due. Where it does, and is to pass over the list, it goes to the run's end at once. What it
// tells of the document, damage and places of damage included, is the same as without.
//
// # What is checked
//
// Structure, nesting (at most [MaxDepth]), numbers and literals always; NaN and
// Infinity, which Python writes, count as literals. Within
// strings a line feed or NUL ends the value as damaged, because that is what
// cut lines and holes in a file look like; other raw control characters are let
// through, as are bytes that are no UTF-8. Escapes are checked only in strings
// that are taken, not in those passed over, which cost no more than a search
// for the closing quote. Duplicate keys are delivered one after the other.
package jsonstream
