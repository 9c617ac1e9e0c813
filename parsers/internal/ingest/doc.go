// Package ingest holds what the format readers share: the [Input] they are
// given, the contract they fulfil ([Format]), a bounded line reader that knows
// byte offsets, and an interner for the few strings that logs repeat endlessly.
//
// It knows no format. Package parsers opens files, unpacks them, asks every
// format's Detect for its opinion and hands the winner an Input.
package ingest
