// Package names turns the executable that a record shows into the name that the
// model reads.
//
// The same program goes by many file names: python3.11 and python3.9, dash and
// sh, vim.tiny, x86_64-linux-gnu-gcc-12, CMD.EXE. A model that took them as they
// stand would know each version apart and call the next one strange; an attacker
// would only have to link a tool under another version. [Of] is the one function
// that decides what counts as the same, and [Version] numbers its decisions:
// models and statistics are valid for the version they were made with.
//
// # What is done, in this order
//
//  1. The last element of the image path, split at either slash on Windows;
//     without a path the process name, without that the first argument.
//  2. A multi-call binary (busybox, toybox, coreutils) goes by its applet.
//  3. Decoration falls: a login shell's "-", "(sd-pam)"'s parentheses, ".exe" and
//     capitals on Windows, a compiler's target triplet, what packagers append
//     (.real, .distrib, .openbsd, .tiny), versions (3.11, -12), architecture.
//  4. Alternatives become the program they stand for: dash is sh, gawk is awk,
//     vim.basic is vim, ncat is nc.
//  5. A name that was drawn at random is [Random], so that no model learns one
//     by heart; a counter at the end becomes "#" (execcmd2129377413 is execcmd#).
//
// A script run by an interpreter is the interpreter: that is the image that the
// kernel loaded, and the script's own name is the attacker's to choose.
//
// Beside the name, [PlaceOf] tells where the image lies, and [KindOf] what sort
// of program the name is known as. Both are facts about names and folders, kept
// in tables; neither judges.
//
// # What it cannot see
//
// A tool copied to another plausible name is that name. The package compares no
// hashes and reads no command line beyond the applet.
package names
