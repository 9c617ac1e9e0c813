// Package detect tells which chains of processes look least like normal life.
//
// It takes a [oddkin/tree.Forest] and returns a [Ranking]: every distinct
// root-to-leaf chain with one score, the strangest first, with the reason and the
// nearest normal chain. It also trains the model that does so ([Train]) and
// judges it on hosts that training never saw ([Model.Evaluate]). It reads no
// evidence, draws nothing and writes no file but through an io.Writer.
//
// # How a score comes about
//
// A chain such as
//
//	/usr/lib/systemd/systemd -> /usr/sbin/nginx -> /usr/bin/dash -> /tmp/x
//
// is read in eight steps.
//
//  1. Every program becomes a hop: its name, normalised by package names so that
//     python3.11 is python and dash is sh, and the sort of folder it lies in
//     (system, application, user-writable, temporary, memory).
//  2. The chain is squeezed: unnamed processes, a sandbox's own agent at the root,
//     a console host at the end and the program by which systemd starts others are left out, repetitions count once, and of a run
//     of shells and launchers (env, nohup, timeout) three at most. So the recorder
//     moves no score, and "bash -c env nice bash -c" moves it by little.
//  3. Every hop becomes a token, a sum of rows of one table: what kind of program
//     it is known as (shell, server, document reader), where it lies, and what it
//     is called. A name that training did not meet is spelled by its letters in
//     threes: it is a strange name, not a missing one.
//  4. The network reads up to [Length] hops, root first: a bidirectional LSTM, an
//     LSTM, one dense unit. Three such networks, trained from different starts,
//     give the mean of their logits, which depends less on luck. Chains of Windows have
//     two of their own: what is learned of them changes nothing elsewhere. Of a longer chain
//     every window of that length is read; the worst counts and the finding names it. So what an attack
//     puts far below itself excuses nothing. A chain with a row of shells, interpreters and launchers, each
//     of which only runs the next, is read directly too, of the row its first shell alone (sequence.direct). If it is an
//     alert so, it is one, and where the row is six or longer the stranger reading counts: what only runs the next hides nothing. What can
//     be made to run others (make, git, npm) ends no row that goes on below it, if that has five or more so; alone it is read as any program.
//  5. A network of its own, which learned from normal life alone what comes
//     next, or that nothing does, tells how surprising the chain's most surprising step
//     is after all before it. A shell under ls is one: ls starts nothing.
//  6. The two are joined into one number from 0 to 1 (see calibration and
//     [Model.Weights]). 0.5, the [Threshold], is where one normal shape in a hundred
//     of the hosts kept for calibration lies; for Windows, where no host is kept, where
//     it leaves as many generated chains above as that of Linux.
//  7. An opinion that no network can talk away is told beside the score: by the counts of
//     which program ran under which in recorded normal life, how surprising is the
//     chain's rarest step? Where a pair was never seen, the kinds of the two
//     decide, so that one of a hundred small tools under a shell is no rarity.
//     In the score it was worth nothing.
//  8. What ran beside an alert, below the same shell, belongs to it: rm under a
//     reverse shell is no ordinary rm. Such a chain borrows from the alert's score
//     (see kinship) and says from which; its own score stays beside it.
//
// Every distinct chain is scored once, however many paths have it. The order of
// findings and every digit of a score depend on the forest and the model alone.
//
// # What the model knows
//
// Of Linux the shipped model knows what the repository ships and nothing else:
// recorded chains of hosts and of attacks on them (samples/corpus), and
// chains made from grammars (package generate) for both kinds of abnormal chain
// that the idea began with, random orders and realistic attacks. Of Windows it knows
// what grammars make, normal life too, and public recordings whose chains are not
// ours to pass on: the networks learned from them ([TrainOptions]), and the file
// holds none. A host belongs to
// one split for ever; what is tested on was never trained on.
//
// [Model.Learn] goes on training a model on a site's own normal life, beside the corpus. The
// chains of that life are known to it from then on, word for word, and raise no alert whatever
// the networks think of them: see [Finding].Known. An attack that equals one is hidden.
//
// A model can be trained without one of its parts ([Parts]), to measure what the part
// is worth; its file says so.
//
// # Where things are
//
//	Rank                  rank.go: shapes.go (distinct chains), prefixes.go (each told as a shorter one and a
//	                      hop), sequence.go (squeezed, direct), scorer.go (each window once), kin.go (what borrows),
//	                      order.go (ties), explain.go (why), excerpt.go (very long chains), finding.go (the result)
//	what is learned       system.go: of Windows and of all others apart
//	what a hop is         token.go over package names (names, kinds and places of programs)
//	opinions              the networks in internal/lstm, next.go (what comes next), rarity.go (counts; pack.go as in a file)
//	one number            calibrate.go
//	a model and its file  model.go over internal/modelfile; parts.go, limits.go
//	Train                 train.go, dataset.go (examples), course.go (progress), over internal/graph, where gorgonia is; package generate
//	                      makes chains, package corpus reads recorded ones
//	Learn                 site.go: a site's own normal life; known.go: its chains raise no alert
//	what must hold        acceptance.go: the cases that the program was made for, kept out of training
//	Examine               evaluation.go, evaluate.go, reading.go, disguise.go, capture.go, recording.go, ablation.go, curve.go,
//	                      spread.go, summary.go
//	the published model   plain.go, remember.go, plainfile.go, internal/keras, package plaincsv
//
// What each part is worth, and what was tried and is not in it, is measured in MEASURED.md.
//
// # What it cannot see
//
//   - Command lines, users, times, network: the chain is all it reads. An intruder
//     who logs in with a stolen key and types what the owner types is normal.
//     [HostMetrics.Hidden] counts such attacks in an evaluation.
//   - What happens inside a process: injection, a web shell that starts nothing.
//   - A tool renamed to a plausible name in a plausible folder is that name; what
//     remains is where it stands in the chain.
//   - Lineage that the evidence lost. A chain without its top is judged by what is
//     left; see [Ranking.OutOfDomain] for evidence unlike anything trained on.
//   - Windows was learned from a grammar written after documents and a look at
//     public captures, and from few machines: expect more false alarms there on
//     software that neither mentions.
package detect
