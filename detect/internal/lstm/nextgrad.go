package lstm

import "math"

// Loss computes for each row of states, [len(classes)][Hidden], -ln P of its class,
// into out. It leaves in p what [Next.LossGrad] needs.
func (n *Next) Loss(states []float32, classes []int32, out []float32, p *NextTrace) {
	h, groups := n.Shape.Hidden, n.Shape.Groups
	p.groups = grow(p.groups, len(classes)*groups)
	p.odds = grow(p.odds, len(classes))
	n.groupOdds(states, len(classes), p.groups)
	for i, class := range classes {
		g := n.groupOf(class)
		z := p.groups[i*groups:][:groups]
		p.odds[i] = n.classOdds(states[i*h:][:h], g, p.odds[i])
		logP := logOdds(z, int(g)) + logOdds(p.odds[i], int(class-n.First[g]))
		out[i] = float32(-math.Ln2 * logP)
		softmax(z)
		softmax(p.odds[i])
	}
}

// NextTrace is what [Next.Loss] computed and its gradient needs again. The zero value
// is ready.
type NextTrace struct {
	groups []float32   // probabilities, [rows][Groups]
	odds   [][]float32 // of each row the probabilities of its group's classes
}

// LossGrad is the gradient of [Next.Loss]: from dOut it adds the derivatives to
// dStates and to those of Group, GroupBias, Class and ClassBias, in that order. It uses
// p up.
func (n *Next) LossGrad(states []float32, classes []int32, dOut []float32, p *NextTrace, dStates []float32, d [4][]float32) {
	h, groups, all := n.Shape.Hidden, n.Shape.Groups, n.Shape.Classes
	for i, class := range classes {
		g := n.groupOf(class)
		lo := int(n.First[g])
		dGroup, dClass := p.groups[i*groups:][:groups], p.odds[i]
		dGroup[g]--
		dClass[int(class)-lo]--
		scale(dGroup, dOut[i])
		scale(dClass, dOut[i])
		add(d[1], dGroup)
		add(d[3][lo:][:len(dClass)], dClass)
		for j, x := range states[i*h:][:h] {
			axpy(d[2][j*all+lo:][:len(dClass)], dClass, x)
			sum := float32(0)
			for k, w := range n.Class[j*all+lo:][:len(dClass)] {
				sum += float32(w * dClass[k])
			}
			dStates[i*h+j] += sum
		}
	}
	gemm(d[0], groups, transposed(states, h), p.groups, groups, h, groups, len(classes))
	gemm(dStates, h, rowMajor(p.groups, groups), transpose(n.Group, h, groups), h, len(classes), h, groups)
}

func scale(x []float32, by float32) {
	for i := range x {
		x[i] *= by
	}
}
