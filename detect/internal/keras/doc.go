// Package keras imports the process classifier that was published as a Keras
// model: a Sequential of Embedding, Bidirectional(LSTM), LSTM and Dense in an
// HDF5 file, and the Tokenizer that goes with it.
//
// It is for package detect's import command and its plain mode. It reads that
// one architecture and refuses every other with a reason; it is no general Keras
// reader. Neither file's code is run: an HDF5 file's configuration is read as
// JSON, and a pickle is walked by an interpreter that builds inert values and
// knows no class but the tokenizer's own.
package keras
