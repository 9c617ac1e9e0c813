// Package plaincsv classifies the rows of a table as the published classifier's
// users keep it: CSV with a column ExeNameSequence, in each row of it a Python
// list of program names, leaf first.
//
//	ExeNameSequence
//	"['curl', 'bash', 'httpd', 'systemd']"
//
// It is for the command classify, which gives it the files and the classifier. It
// streams: memory does not grow with the table. It knows no model and no names.
//
// # What comes back
//
// Every row comes back where it stood, its own columns byte for byte (quotes, line
// ends and a byte order mark too), with two columns more: Probability, the
// shortest decimal that gives back the float32, and Prediction, Abnormal above
// 0.5 and else Normal. A row that cannot be read as said above is told with its
// line number, and comes back with both columns empty. Blank lines are passed on
// and are no rows.
//
// Because columns come back unchanged, so does a cell that a spreadsheet would
// run as a formula (one that begins with =, +, - or @). Do not open a table of
// doubtful origin in a spreadsheet.
//
// # What counts as CSV
//
// RFC 4180 with commas, in UTF-8 with or without a byte order mark, lines ended by
// LF or CRLF. A quote inside an unquoted cell is a character like any other. A
// quoted cell that does not end, or goes on after its closing quote, spoils the
// line it begins in and no other.
package plaincsv
