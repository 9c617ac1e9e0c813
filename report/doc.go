// Package report turns what a run found into a [Document] and writes it.
//
// [New] makes the document, plain data, out of the values of the other stages.
// [Write] renders it: a table for a terminal, one self-contained HTML page,
// JSON, JSON Lines, CSV, or the forest drawn as a tree, DOT or Mermaid. A
// renderer sees the document and nothing else, does no input, asks no terminal,
// clock or environment, and gives the same bytes for the same document.
package report
