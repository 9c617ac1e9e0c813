// Command oddkin finds the process chains in stored evidence that look least
// like normal life.
//
// This folder is the only one that does input and output, knows flags, the
// terminal and the clock. Each subcommand has a file of its own; the line from
// files to findings, which several share, stands in pipeline.go, the rules of
// the terminal in ui.go, the exit codes in exit.go.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
