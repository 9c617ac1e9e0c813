package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"oddkin/detect"
	"oddkin/detect/corpus"
	"oddkin/report"
)

// runAblation trains with everything, then without each part, and compares.
func (e *evaluation) runAblation(ctx context.Context, u *ui, m *detect.Model, files []*corpus.File) error {
	base := m.Recipe()
	base.Also = e.lent
	if e.networks > 0 {
		base.Networks = e.networks
	}
	variants := []variant{{"everything", base}}
	if base.Networks > 1 {
		one := base
		one.Networks = 1
		variants = append(variants, variant{"one network", one})
	}
	for _, p := range detect.EachPart() {
		if base.Without&p == 0 {
			o := base
			o.Without |= p
			variants = append(variants, variant{"without " + p.String(), o})
		}
	}
	result := detect.Ablation{Networks: base.Networks}
	var alone []detect.Ablated
	for _, part := range detect.Rankers[1:4] {
		alone = append(alone, detect.Ablated{Left: part})
	}
	held := detect.HeldOut(files)
	for i, v := range variants {
		row := detect.Ablated{Left: v.left}
		for seed := 1; seed <= e.seeds; seed++ {
			v.options.Seed = uint64(seed)
			label := fmt.Sprintf("%s, seed %d (%d of %d): ", v.left, seed, i*e.seeds+seed, len(variants)*e.seeds)
			model, err := trainOne(ctx, u, label, files, v.options)
			if err != nil {
				return err
			}
			metrics := model.Evaluate(held)
			row.Seeds = append(row.Seeds, metrics.OfModel())
			if i == 0 {
				for k, figures := range metrics.OfParts() {
					alone[k].Seeds = append(alone[k].Seeds, figures)
				}
			}
		}
		result.Rows = append(result.Rows, row)
		if i == 0 {
			result.Rows = append(result.Rows, slices.DeleteFunc(alone, func(a detect.Ablated) bool {
				return slices.ContainsFunc(a.Seeds, func(s detect.Summary) bool { return s.AUC == 0 }) // a model has no such part
			})...)
		}
	}
	return e.out.write(ctx, u, func(w io.Writer, s report.Style) error {
		return report.WriteAblation(w, &result, report.Format(e.out.format), s)
	})
}

// variant is a way to train.
type variant struct {
	left    string
	options detect.TrainOptions
}
