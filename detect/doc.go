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
// is read in seven steps.
//
//  1. Every program becomes a hop: its name, normalised by package names so that
//     python3.11 is python and dash is sh, and the sort of folder it lies in
//     (system, application, user-writable, temporary, memory).
//  2. The chain is squeezed: unnamed processes, a sandbox's own agent at the root
//     and a console host at the end are left out, repetitions and runs of shells
//     count once. So neither the recorder nor "bash -c bash -c" moves the score.
//  3. Every hop becomes a token, a sum of rows of one table: what kind of program
//     it is known as (shell, server, document reader), where it lies, and what it
//     is called. A name that training did not meet is spelled by its letters in
//     threes: it is a strange name, not a missing one. The first hop also says how
//     the lineage began (boot, service, login, remote, scheduled, container).
//  4. The network reads up to [Length] hops, root first: a bidirectional LSTM, an
//     LSTM, one dense unit. Three such networks, trained from different starts,
//     give the mean of their logits, which depends less on luck. Of a longer chain
//     every window of that length is read and the worst counts; the finding names
//     it.
//  5. A second opinion that no network can talk away: by the counts of which
//     program ran under which in recorded normal life, how surprising is the
//     chain's rarest step? Where a pair was never seen, the kinds of the two
//     decide, so that one of a hundred small tools under a shell is no rarity.
//  6. Both are joined into one number from 0 to 1 that rises with either (see
//     calibration). 0.5, the [Threshold], is where one normal shape in a hundred
//     of the hosts kept for calibration lies.
//  7. What ran beside an alert, below the same shell, belongs to it: rm under a
//     reverse shell is no ordinary rm. Such a chain borrows from the alert's score
//     (see kinship) and says from which; its own score stays beside it.
//
// Every distinct chain is scored once, however many paths have it. The order of
// findings and every digit of a score depend on the forest and the model alone.
//
// # What the model knows
//
// The shipped model is trained from what the repository ships and nothing else:
// recorded chains of Linux hosts and of attacks on them (samples/corpus), and
// chains made from grammars (package generate) for both kinds of abnormal chain
// that the idea began with, random orders and realistic attacks, and for the
// normal life of Windows, which could not be recorded. A host belongs to
// one split for ever; what is tested on was never trained on.
//
// [Model.Learn] goes on training a model on a site's own normal life, beside the corpus.
//
// A model can be trained without one of its parts ([Parts]), to measure what the part
// is worth; its file says so.
//
// # What the parts are worth
//
// Measured with 'oddkin eval --ablate --networks 1' on the shapes of the held-out hosts,
// as means over hosts and views, with one training seed:
//
//	trained             AUC    AP     P@20  R@1%  alerts: normal, attack
//	everything          0.971  0.910  0.97  0.76  1.0 %, 78 %
//	LSTM alone          0.972  0.909  0.97  0.76  -
//	rarity alone        0.768  0.506  0.58  0.13  -
//	without places      0.966  0.898  0.98  0.75  0.1 %, 52 %
//	without root        0.969  0.909  0.97  0.78  0.8 %, 76 %
//	without kinds       0.975  0.918  0.98  0.77  0.9 %, 79 %
//	without letters     0.964  0.900  0.97  0.76  0.6 %, 73 %
//	without variants    0.965  0.899  0.97  0.75  1.5 %, 78 %
//	without generated   0.964  0.902  0.98  0.74  0.4 %, 69 %
//	without rarity      0.972  0.909  0.97  0.76  1.0 %, 77 %
//
// Three networks instead of one: AUC 0.973, average precision 0.912, with a standard
// deviation of 0.001 over five training seeds. That of single networks is larger and was
// not measured: differences of less than half a hundredth say little. Places, letters,
// variants and generated chains earn theirs; the places do so in the alerts above all. The
// root token, the tokens of kinds and the second opinion earn none in this order; the last
// stays for what it says to a reader and because no network can talk it away. Without
// generated chains nothing is known of Windows, which this table does not measure.
//
// # What was tried and is not in it
//
// Measured once, on shapes alone, as differences from the shipped way: on the held-out
// hosts of the corpus, and on five others of the same lab (admin, desk, gate, shop, www)
// recorded after it. The first two are means of five training seeds and do without the
// pairs of the second opinion; the third is one model of three networks.
//
//	tried                                            held-out AUC, AP    five others AUC, AP
//	surprise given up to four ancestors               0.000, +0.001      +0.003, +0.006
//	less for a shape with more paths, up to four     +0.003, +0.003      +0.002, +0.004
//	two more hosts of normal life to learn from       0.000, +0.002      -0.004, -0.006
//
// The first is the chance of a program given its ancestors, counted over the distinct
// beginnings of recorded normal chains, shorter contexts mixed in (Witten and Bell, 1991).
// The worst step raises the network's logit by 0.4 a bit, the weight of the highest average
// precision on the validation hosts. It is small but the likeliest to earn its place. It
// counts; a network that predicts the next program was not tried.
// The second lowers the logit by 0.4 for each doubling of the paths. It was left out because
// in the lab an attack runs once or a few times, and a planted job that runs every minute
// would be pushed down. How rare a step is within the evidence itself gave the held-out
// hosts, beside the network, AUC -0.001 to +0.001 and average precision -0.002 to 0.000.
//
// How many false alarms there are is for calibration to choose. With [Threshold] at what one
// normal shape in 200 exceeds on the worst validation host, rather than one in 100, normal
// shapes alerted on the held-out hosts fall from 1.1 to 0.5 % (above 1 % are 1 host and view
// of 12, not 6), attack shapes alerted from 81 to 74 %. At one in 400 none is above 1 %, and
// 70 % of the attack shapes are alerted.
//
// Without the tokens of kinds three networks, trained from each of three seeds, have AUC
// 0.974, 0.972 and 0.971, with them 0.973, 0.972 and 0.975: the ablation above, of one
// network, misleads, and they stay. The mean of the weights of the last epochs gave 0.000 to
// +0.001 for every seed; the second opinion left out of the score 0.000 to +0.001; the two
// together, of three networks, 0.974, 0.973 and 0.976. None was taken: how the exploited
// servers and readers of the acceptance test stand among chains of the held-out hosts, 84 of
// case, host and view, varies more with the seed (68 to 84 above all normal ones) than with
// any of this, and networks that were averaged over seeds are at 81.
//
// What stands above those cases are an administrator's nested interpreters, which evidence
// of starts alone hangs under systemd. One more variant in training, chains of either label
// with the middle between init and a later hop lost, gave with three networks AUC 0.977 and
// 0.973 for two seeds instead of 0.973 and 0.972, average precision 0.916 and 0.915 instead
// of 0.913 and 0.911, and 0.7 and 0.8 % of normal shapes alerted instead of 1.1 and 0.9, but
// precision at 20 of 0.96 instead of 0.97 for the first, and did not lift the cases (82 and
// 81 of 84). It is the likeliest of these to earn its place.
//
// On desk01, the weakest host, 6 of 30 attack shapes are normal chains of training or
// validation hosts too; without these its AUC would be 0.947 or 0.948.
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
//     public captures, not from machines: expect more false alarms there on
//     software that the grammar does not mention.
package detect
