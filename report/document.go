package report

import "time"

// Schema numbers the shape of [Document]. It grows whenever a field changes its
// meaning or goes away; new fields do not change it.
const Schema = 1

// Document is all that a report says, as plain data. Every renderer takes it
// and nothing else, and its JSON form is the documented machine-readable report.
type Document struct {
	Schema   int      `json:"schema"`
	Manifest Manifest `json:"manifest"`
	// Interrupted is true when the run was stopped before all evidence was
	// read: what is here is true, what is missing says nothing.
	Interrupted bool     `json:"interrupted"`
	Evidence    Evidence `json:"evidence"`
	// Findings are ordered by rank.
	Findings []Finding `json:"findings"`
	// FindingsOmitted counts the findings that [Options] left out.
	FindingsOmitted int `json:"findings_omitted"`
	// Forest holds the process trees, if asked for.
	Forest *Forest `json:"forest,omitempty"`
	// Crossings join the hosts: what one opened on another. At most [MaxCrossings], those
	// with the most confidence first; CrossingsOmitted counts the rest.
	Crossings        []Crossing `json:"crossings"`
	CrossingsOmitted int        `json:"crossings_omitted,omitempty"`
	// Warnings says where the evidence could not be taken as it stood.
	Warnings []Warning `json:"warnings"`
	// WarningsOmitted counts the warnings that are not listed.
	WarningsOmitted int64 `json:"warnings_omitted"`
}

// Manifest says what made the report, from what.
type Manifest struct {
	Tool    string `json:"tool"`
	Version string `json:"version"`
	// Created is set only if the caller gives a time: equal inputs then give
	// equal reports.
	Created time.Time `json:"created,omitzero"`
	// Model is nil when nothing was scored.
	Model   *Model   `json:"model,omitempty"`
	Options []Option `json:"options,omitempty"`
	Inputs  []File   `json:"inputs,omitempty"`
}

// Model names the model that scored the chains.
type Model struct {
	Name   string `json:"name"`
	Digest string `json:"digest,omitempty"` // sha256 of the model file, hexadecimal
	// Threshold is the score at and above which a chain counts as flagged.
	Threshold float32 `json:"threshold"`
}

// Option is one setting of the run that bears on the result.
type Option struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// File is one input as the caller named it.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256,omitempty"` // hexadecimal; empty if not taken
}

// Evidence says how much there was, what became of it, and what it cannot show.
type Evidence struct {
	Inputs []Input `json:"inputs"`
	Hosts  []Host  `json:"hosts"`
	// First and Last span the starts of all processes.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Processes counts the nodes of the forest, Chains its root-to-leaf paths,
	// Shapes the distinct name sequences among those (one more for each incident that
	// some of a shape's chains belong to), and Flagged the shapes with
	// a score at or above the model's threshold. FlaggedChains counts the paths
	// of the flagged shapes.
	Processes     int `json:"processes"`
	Chains        int `json:"chains"`
	Shapes        int `json:"shapes"`
	Flagged       int `json:"flagged"`
	FlaggedChains int `json:"flagged_chains"`
	// KnownShapes counts the shapes that would be among Flagged if the site's own clean
	// evidence had not them: see [Finding.Known].
	KnownShapes int `json:"known_shapes,omitempty"`
	// FailedStarts counts program starts that were tried and refused.
	FailedStarts int `json:"failed_starts"`
	// Links counts the processes by the way their parent is known, and Standings
	// by what the process itself rests on.
	Links     Links     `json:"links"`
	Standings Standings `json:"standings"`
	// UnknownNames is the share, 0 to 1, of program names that the model never
	// saw; OutOfDomain says that it is too high to trust the scores.
	UnknownNames float32 `json:"unknown_names"`
	OutOfDomain  bool    `json:"out_of_domain"`
	// Notes say what the evidence cannot show.
	Notes []Note `json:"notes"`
}

// Links counts processes by [tree.LinkKind].
type Links struct {
	Root     int `json:"root"`
	Observed int `json:"observed"`
	GUID     int `json:"guid"`
	PID      int `json:"pid"`
	Inferred int `json:"inferred"`
	Supposed int `json:"supposed"`
	Orphan   int `json:"orphan"`
}

// Standings counts processes by [tree.Standing].
type Standings struct {
	Started int `json:"started"`
	Seen    int `json:"seen"`
	Named   int `json:"named"`
}

// Input is the account of one input: see [event.Account]. Records is the sum of
// Used, NotNeeded, Duplicate and Malformed.
type Input struct {
	File      string `json:"file"`
	Format    string `json:"format"` // empty when it was refused
	Reason    string `json:"reason,omitempty"`
	Bytes     int64  `json:"bytes"`
	Packed    int64  `json:"packed"`
	Records   int64  `json:"records"`
	Used      int64  `json:"used"`
	NotNeeded int64  `json:"not_needed"`
	Duplicate int64  `json:"duplicate"` // records that repeat one of the same input
	Malformed int64  `json:"malformed"`
	Events    int64  `json:"events"`
	Copies    int64  `json:"copied_events"` // those of Events that are starts or forks and were told by another input already
	Skipped   int64  `json:"skipped_bytes"`
	// Hosts are the first of those that the input's events name, HostCount is how many they are.
	Hosts     []string  `json:"hosts,omitempty"`
	HostCount int64     `json:"host_count"`
	Boots     int64     `json:"boots"`
	Gaps      int64     `json:"gaps"`    // holes in the numbers of its records
	Missing   int64     `json:"missing"` // numbers that lack in them
	First     time.Time `json:"first,omitzero"`
	Last      time.Time `json:"last,omitzero"`
	Warnings  int64     `json:"warnings"` // all of them, listed or not
	Truncated bool      `json:"truncated"`
	Failure   string    `json:"failure,omitempty"` // why it was not read, or not to its end
}

// Host is one machine of the evidence.
type Host struct {
	Name      string    `json:"name"` // as the evidence names it; may be empty
	Boots     int       `json:"boots"`
	Processes int       `json:"processes"`
	Chains    int       `json:"chains"`
	First     time.Time `json:"first,omitzero"`
	Last      time.Time `json:"last,omitzero"`
}

// Note is one limit of the evidence or of the run: how many of what are
// concerned, and a sentence for the reader. Kind is stable, for machines.
type Note struct {
	Kind  string `json:"kind"`
	Count int64  `json:"count"`
	Text  string `json:"text"`
}

// Finding is one chain shape, with as many of its chains as were asked for.
type Finding struct {
	Rank  int     `json:"rank"`
	Score float32 `json:"score"` // 0 ordinary, 1 like no normal life
	// OwnScore is the shape's by itself. Score exceeds it where the chains are part of
	// a stranger chain's incident, which Kin names: only the chains in that
	// incident are of this finding then, the shape's others are of another.
	OwnScore float32 `json:"own_score"`
	Kin      *Kin    `json:"kin,omitempty"`
	// Known is set where the clean evidence of the site to which the model was tuned has
	// the chain: its scores are kept below the threshold, and UncappedScore is what
	// OwnScore were otherwise.
	Known         bool    `json:"known,omitempty"`
	UncappedScore float32 `json:"uncapped_score,omitempty"`
	// Network is the LSTM's opinion; Surprise is how surprising the most surprising step is
	// after all before it, 0 where the model has no opinion of that; these make the score, by
	// the weights on the model's card. Rarity, of the rarest step in recorded normal life, is only
	// told. OpinionsDiffer is true when the first stands on one side of one half and the
	// others, as far as there are any, on the other, far apart.
	Network        float32 `json:"network"`
	Rarity         float32 `json:"rarity"`
	Surprise       float32 `json:"surprise"`
	OpinionsDiffer bool    `json:"opinions_differ"`
	// Names is the shape: normalised program names, root first.
	Names []string `json:"names"`
	// NamesOmitted counts the hops that Names leaves out of a chain longer than [detect.MaxHops].
	// Where there are any, Depths holds the depth of each name; else that of Names[i] is i.
	NamesOmitted int   `json:"names_omitted,omitempty"`
	Depths       []int `json:"depths,omitempty"`
	// Window bounds the part of Names that the score was read from.
	Window Window `json:"window"`
	// Why says what moved the score, strongest first; of a known chain that it is known
	// before all.
	Why []Reason `json:"why"`
	// Nearest is the most similar normal chain, root first; empty if none is near.
	Nearest []string `json:"nearest"`
	// Paths counts the chains that have this shape; First and Last span the
	// starts of their leaves.
	Paths int       `json:"paths"`
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Hosts lists the hosts they ran on, most chains first, at most [MaxHosts];
	// HostCount counts all.
	Hosts     []string `json:"hosts"`
	HostCount int      `json:"host_count"`
	// Chains are examples, earliest first.
	Chains []Chain `json:"chains"`
	// later makes the chains one at a time in the place of Chains: see
	// [Options.Stream].
	later *laterChains
}

// Kin is the stranger chain that a finding's chains belong with: the finding of
// that rank and these chains have the process at Names[Hop] in common.
type Kin struct {
	Rank int `json:"rank"`
	Hop  int `json:"hop"`
}

// Window is the half-open range Names[From:To].
type Window struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Reason is one hop's part in a score.
type Reason struct {
	Hop    int     `json:"hop"`    // index into Names
	Weight float32 `json:"weight"` // fall of the score if the hop were ordinary; below 0 where a known chain is kept down
	Text   string  `json:"text"`
}

// Chain is one root-to-leaf path of processes.
type Chain struct {
	Host  string `json:"host"`
	Boot  int    `json:"boot,omitempty"`
	Entry string `json:"entry"` // how the lineage began
	// Hops are ordered root first, one for each of Finding.Names. HopsOmitted counts those
	// that a very long chain leaves out, and Hop.Depth shows where.
	Hops        []Hop `json:"hops"`
	HopsOmitted int   `json:"hops_omitted,omitempty"`
}

// Hop is one process of a chain.
type Hop struct {
	Depth int `json:"depth"` // 0 for the root
	Process
}

// Process is what the evidence says of one program run by one process.
type Process struct {
	Name        string    `json:"name"`
	Image       string    `json:"image,omitempty"`
	Deleted     bool      `json:"image_deleted,omitempty"`
	PID         uint32    `json:"pid,omitempty"`
	GUID        string    `json:"guid,omitempty"`
	CommandLine string    `json:"command_line,omitempty"`
	Cwd         string    `json:"cwd,omitempty"`
	Start       time.Time `json:"start,omitzero"`
	End         time.Time `json:"end,omitzero"`
	User        string    `json:"user,omitempty"`
	AuditUser   string    `json:"audit_user,omitempty"`
	Session     string    `json:"session,omitempty"`
	TTY         string    `json:"tty,omitempty"`
	Container   string    `json:"container,omitempty"`
	// Link says how the parent is known: root, observed, guid, pid, inferred, supposed or
	// orphan; Rule how it was inferred, why there is none or why a recorded one may not have made it.
	Link string `json:"link"`
	Rule string `json:"rule,omitempty"`
	// Confidence is how often a parent known in this way is the right one: see
	// [tree.Link.Confidence].
	Confidence float32 `json:"confidence"`
	// SameProcess is true when the hop above is the same process before it ran
	// this program in place.
	SameProcess bool `json:"same_process,omitempty"`
	// Records are those that the link rests on besides Source: forks and sightings. They are
	// there where the caller had them kept.
	Records []Source `json:"link_records,omitempty"`
	// RecordsOmitted counts those above them.
	RecordsOmitted int `json:"link_records_omitted,omitempty"`
	// Standing says what the process rests on: started, seen or named.
	Standing     string `json:"standing"`
	FailedStarts int    `json:"failed_starts,omitempty"`
	// Refused are the first of FailedStarts.
	Refused []Refused `json:"refused_starts,omitempty"`
	// ParentLater is true where the parent, by the clocks on record, began after the process: two
	// recorders stamped them, or a clock was set.
	ParentLater bool `json:"parent_began_later,omitempty"`
	// Leads is true for the process that its lineage began with: the login, the job,
	// the service.
	Leads bool `json:"leads,omitempty"`
	// Lineage names the chain of programs down to this one, the same on every host: see
	// [tree.Lineage].
	Lineage string `json:"lineage,omitempty"`
	// Boundary is set for the first process inside a container; Container for all in it.
	Boundary *Boundary `json:"container_boundary,omitempty"`
	// Logical is the process that asked for this one, where another carried the start out.
	Logical *Logical `json:"logical_parent,omitempty"`
	Source  Source   `json:"source"`
}

// Refused is a start of a program that the system refused.
type Refused struct {
	Command string    `json:"command"`
	Time    time.Time `json:"time,omitzero"`
	Source  Source    `json:"source"`
}

// MaxRefused is how many refused starts of one process are told one by one.
const MaxRefused = 8

// Boundary is how a process is known to be the first inside a container.
type Boundary struct {
	ID      string `json:"id,omitempty"`
	Runtime string `json:"runtime,omitempty"` // the program that made the container
	Rule    string `json:"rule"`
}

// Logical is a logical parent: see [tree.Logical].
type Logical struct {
	ID          int32     `json:"id"` // of its [Node]
	Name        string    `json:"name"`
	Image       string    `json:"image,omitempty"`
	PID         uint32    `json:"pid,omitempty"`
	CommandLine string    `json:"command_line,omitempty"`
	Start       time.Time `json:"start,omitzero"`
	Rule        string    `json:"rule"`
	Confidence  float32   `json:"confidence"` // 0 to 1
	Source      Source    `json:"source"`
}

// Source leads back to the bytes of the evidence.
type Source struct {
	File   string `json:"file"`
	Offset int64  `json:"offset"` // in the decompressed file; -1 if it has none
	Serial uint64 `json:"serial,omitempty"`
}

// Forest is the process trees as a flat list.
type Forest struct {
	Nodes []Node `json:"nodes"`
	// Omitted counts the nodes that [Options] left out.
	Omitted int `json:"omitted"`
	// later makes the nodes one at a time in the place of Nodes: see
	// [Options.Stream].
	later *laterNodes
}

// Node is one node of a [Forest].
type Node struct {
	ID     int32 `json:"id"`
	Parent int32 `json:"parent"` // ID of the parent, -1 for none
	// Score is the highest score of any chain through the node and Rank that
	// chain's rank; Rank is 0 when none was scored.
	Score float32 `json:"score"`
	Rank  int     `json:"rank,omitempty"`
	Host  string  `json:"host"`
	Boot  int     `json:"boot,omitempty"`
	Entry string  `json:"entry"`
	// EntryLeader is the ID of the process that the lineage began with, -1 if unknown.
	EntryLeader int32 `json:"entry_leader"`
	Process
}

// Crossing is a program on one host and what it opened on another: see [tree.Crossing].
type Crossing struct {
	From       End     `json:"from"`
	To         End     `json:"to"`
	Entry      string  `json:"entry"` // how, as in [Chain]
	Rule       string  `json:"rule"`
	Confidence float32 `json:"confidence"`        // 0 to 1
	Rivals     int     `json:"rivals,omitempty"`  // on how many more hosts a command fits as well
	Address    string  `json:"address,omitempty"` // where the login came from
}

// End is one end of a [Crossing].
type End struct {
	ID          int32     `json:"id"` // of its [Node]
	Host        string    `json:"host"`
	Name        string    `json:"name"`
	PID         uint32    `json:"pid,omitempty"`
	CommandLine string    `json:"command_line,omitempty"`
	User        string    `json:"user,omitempty"`
	Start       time.Time `json:"start,omitzero"`
	Source      Source    `json:"source"` // the record that the crossing rests on
}

// Warning is something in the evidence that could not be taken as it stood.
type Warning struct {
	Source Source `json:"source"`
	Reason string `json:"reason"`
	Bytes  int64  `json:"bytes,omitempty"` // input passed over because of it
}
