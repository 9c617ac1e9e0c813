// Package report turns what a run found into a [Document] and writes it.
//
// [New] makes the document, plain data, out of the values of the other stages.
// [Write] renders it: a table for a terminal, one self-contained HTML page,
// JSON, JSON Lines, CSV, or the forest drawn as a tree, DOT or Mermaid. A
// renderer sees the document and nothing else. It does no input, asks no
// terminal, clock or environment, and gives the same bytes for the same
// document and [Style].
//
// It is for package cmd, which knows the terminal and opens the files, and for
// programs that read the JSON. It is not a template engine, and it keeps no
// state between reports.
//
// # Hostile text
//
// Names, command lines and nearly every other text come from evidence that an
// attacker may have written. A document holds them exactly, but for bytes that
// are not UTF-8. Each renderer escapes for its medium:
//
//   - terminal (table, tree): [Visible], so that no control sequence, bidi
//     override or newline reaches the screen; only [Style].Colour writes any;
//   - HTML: [Visible], then html/template; and a content security policy that
//     lets nothing but the page's own script and style run, and no request out;
//   - CSV: [Visible], RFC 4180 quotes, and an apostrophe before what a
//     spreadsheet might run as a formula;
//   - JSON: the exact text; runes that do not show are written as JSON escapes;
//   - DOT and Mermaid: [Visible], then the quoting of the language.
//
// # Bounds
//
// [Options] bounds findings, chains told hop by hop and nodes of the forest;
// [MaxHosts], [MaxWarnings] and, for the hops of a chain, [detect.MaxHops] bound the rest. What is left out is
// counted. Nothing recurses, however deep a lineage.
//
// With [Options].Stream the document holds neither chains nor nodes: each is made while it is
// written, out of the forest, and all writing ends when nobody reads. A drawing is
// laid out by the places of nodes in the forest and by what little it goes by (see sketch).
//
// # JSON
//
// This is schema 1. Times are RFC 3339 in UTC and absent when unknown, scores
// go from 0 to 1, counts are whole numbers. The keys of each object, in order,
// with a question mark after those that may be absent; the types of this
// package with the same names say what they mean:
//
//	Document: schema manifest interrupted evidence findings findings_omitted forest? crossings crossings_omitted? warnings warnings_omitted
//	Manifest: tool version created? model? options? inputs?
//	Evidence: inputs hosts first? last? processes chains shapes flagged flagged_chains known_shapes? failed_starts links standings unknown_names out_of_domain notes
//	Finding: rank score own_score kin? known? uncapped_score? network rarity surprise opinions_differ names names_omitted? depths? window why nearest paths first? last? hosts host_count chains
//	Forest: nodes omitted
//	Crossing: from to entry rule confidence rivals? address?
//	End: id host name pid? command_line? user? start? source
//	Warning: source reason bytes?
//	Model: name digest? threshold
//	Option: name value
//	File: name sha256?
//	Input: file format reason? bytes packed records used not_needed duplicate malformed events copied_events skipped_bytes hosts? host_count boots gaps missing first? last? warnings truncated failure?
//	Host: name boots processes chains first? last?
//	Links: root observed guid pid inferred supposed orphan
//	Standings: started seen named
//	Note: kind count text
//	Kin: rank hop
//	Window: from to
//	Reason: hop weight text
//	Chain: host boot? entry hops hops_omitted?
//	Node: id parent score rank? host boot? entry entry_leader (Process)
//	Source: file offset serial?
//	Hop: depth (Process)
//	Process: name image? image_deleted? pid? guid? command_line? cwd? start? end? user? audit_user? session? tty? container? link rule? confidence same_process? link_records? link_records_omitted? standing failed_starts? refused_starts? parent_began_later? leads? lineage? container_boundary? logical_parent? source
//	Refused: command time? source
//	Boundary: id? runtime? rule
//	Logical: id name image? pid? command_line? start? rule confidence source
//
// JSON Lines has one object a line for each finding. A name in brackets stands
// for the keys of that object:
//
//	Line: schema tool version model? interrupted flagged (Finding)
//
// What 'oddkin eval', 'oddkin eval --ablate' and 'oddkin model show' write as JSON is, in
// this order, an EvaluationDocument, an AblationDocument and a CardDocument, of the same
// schema. A figure that cannot be had, as the area under the curve on a host without
// attacks, is absent:
//
//	EvaluationDocument: schema data runs spread?
//	RunDocument: seed digest hosts unseen unseen_not_told_of? disguises curves captures? recordings?
//	SpreadDocument: data seeds digests (SeedsDocument) unseen?
//	SeedsDocument: mean deviation
//	HostDocument: host view? shapes attack_shapes attacks hidden_attacks rankers
//	DisguiseDocument: disguise attack chains median nine_in_ten normal_shapes_below alerted
//	CurveDocument: ranker recall_precision attacks_met
//	CaptureDocument: folder name shapes own_rank others others_alerted
//	SummaryDocument: (FiguresDocument) late normal_alerted attack_alerted
//	RankerDocument: ranker (FiguresDocument) shapes_read? late_attacks? normal_alerted? attack_alerted?
//	FiguresDocument: auc average_precision precision_at_10 precision_at_20 precision_at_50 recall_at_1_percent recall_at_0_1_percent first_20
//	AblationDocument: schema networks rows
//	AblatedDocument: trained seeds
//	CardDocument: schema name digest threshold format normaliser seed networks tells_next weights best_epoch epochs interrupted? without? hosts made data sources corpus? site? limits metrics
//	HostCounts: learned chosen held_out
//	WeightsDocument: system network next
//	MadeCounts: normal attacks random
//	SourceDocument: host split source licence normal attack also
//	SiteDocument: base normal abnormal dropped words known unkept
//
// New keys may come within a schema; a key that changes its meaning or goes
// makes a new one.
//
// # CSV
//
// One record per chain told, lines ended by CR LF, a header first:
//
//	rank, score, flagged, interrupted, own_score, kin_rank, network, rarity, surprise, opinions_differ, chain, window_from,
//	window_to, why, nearest, paths, first, last, hosts, host, boot, entry, links,
//	name, image, pid, guid, command_line, start, user, audit_user, session, tty,
//	link, rule, standing, source_file, source_offset, source_serial
//
// The columns up to hosts belong to the finding, those up to links to the chain,
// the rest to its last process. A partial result without findings is one record that
// is empty but for interrupted. Names in chain and nearest are joined by " > ",
// and quoted if they hold a blank or an arrow themselves.
package report
