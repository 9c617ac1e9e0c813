// Package graph trains the network of package lstm.
//
// gorgonia holds the graph: nodes for the parameters, one custom Op for the
// embedding bag and for each recurrent layer, the dense unit, the loss from
// logits, and the solver. What the Ops do forwards and backwards is package
// lstm's, over the same memory, so that scoring and training cannot disagree.
//
// It is for package detect's train command. It knows neither program names nor
// files; what a token or a label means is the caller's.
package graph
