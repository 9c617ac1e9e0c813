// Package modelfile reads and writes a model: float32 tensors and strings of bytes by
// name, and one JSON document about them, in the safetensors format
// (https://github.com/huggingface/safetensors, "Format").
//
// It is for package detect, which decides what the document says (vocabulary,
// normaliser version, digests, metrics, licence) and what the bytes mean. Reading executes nothing,
// trusts no size in the file before it has been checked, and accepts only
// float32 tensors of finite numbers and strings of bytes that tile the data without overlap or hole.
package modelfile
