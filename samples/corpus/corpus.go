// Package corpus embeds the recorded chains that the shipped model learns from
// and is judged on: one file per host and view, in the format of package
// oddkin/detect/corpus. samples/lab says how they were recorded.
package corpus

import "embed"

// Files holds every *.chains file of this folder.
//
//go:embed *.chains
var Files embed.FS
