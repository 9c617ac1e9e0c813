// Package detect tells which chains of processes look least like normal life.
package detect
