// Package sandbox reads the reports of malware sandboxes: the processes that a
// sample started in the guest, and those of the guest that it touched.
package sandbox
