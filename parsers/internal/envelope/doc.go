// Package envelope takes the document off that a search engine puts around the records
// it found, for package parsers, so that the readers of those records, which know
// objects one after the other or in an array, need not know of it:
//
//	{"took":5,"hits":{"total":2,"hits":[{"_source":{…}},{"_source":{…}}]}}   Elasticsearch, OpenSearch
//	{"preview":false,"fields":[…],"results":[{"_raw":"…"},{"_raw":"…"}]}       Splunk
//	{"events":[{"message":"…"},{"message":"…"}],"nextToken":"…"}               CloudWatch Logs
//
// The array of records may stand deeper, as in the answer to several searches or in
// what Kibana shows of one, and documents may follow each other, as the pages of a
// scroll do. What stands around the array is replaced by blanks, byte for byte, and the
// array left as it is: so offsets stay those of the input, and no more of it is held
// than is being read.
//
// An input whose brackets or strings do not match is let through as it is from there
// on, for the reader to tell of. A document that has no such array is none of this
// package's: it too is blanked, but counted.
package envelope
