//go:build !linux

package main

// heapInLargePages is for Linux.
func heapInLargePages(int) {}
