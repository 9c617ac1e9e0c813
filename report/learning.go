package report

import (
	"fmt"
	"io"

	"oddkin/detect"
)

// WriteLearning draws how training went as an SVG picture: the loss on what was
// learned from and on what was held out, and the area under the ROC curve of the
// latter, epoch by epoch for each network.
func WriteLearning(w io.Writer, epochs []detect.Progress) error {
	loss := chart{title: "Loss", x: "epoch", y: "cross-entropy", x0: 1}
	area := chart{title: "Order of the validation chains", x: "epoch", y: "AUC", x0: 1, y1: 1}
	rounds, lowest := 1, 1.0
	next := chart{title: "What comes next", x: "epoch", y: "cross-entropy", x0: 1}
	type network struct {
		system string
		number int
	}
	byNetwork := map[network][]detect.Progress{}
	var networks []network // in the order of their training
	for _, e := range epochs {
		of := network{e.System, e.Network}
		if byNetwork[of] == nil {
			networks = append(networks, of)
		}
		byNetwork[of] = append(byNetwork[of], e)
		rounds = max(rounds, len(byNetwork[of]))
		if e.Next {
			next.y1 = max(next.y1, e.Loss, e.ValidLoss)
			continue
		}
		loss.y1 = max(loss.y1, e.Loss, e.ValidLoss)
		lowest = min(lowest, e.ValidAUC)
	}
	loss.x1, area.x1, next.x1 = float64(max(rounds, 2)), float64(max(rounds, 2)), float64(max(rounds, 2))
	if loss.y1 == 0 {
		loss.y1 = 1
	}
	area.y0 = float64(int(lowest*20)) / 20 // down to the next twentieth
	if area.y0 >= 1 {
		area.y0 = 0.95
	}
	for i, n := range networks {
		colour, name := i%len(chartColours), fmt.Sprintf("%s, network %d", n.system, n.number)
		learned, held := line{colour: colour, thin: true}, line{name: name + ", held out (thin: learned from)", colour: colour}
		auc := line{name: name, colour: colour}
		for i, e := range byNetwork[n] {
			x := float64(i + 1)
			learned.points = append(learned.points, [2]float64{x, e.Loss})
			held.points = append(held.points, [2]float64{x, e.ValidLoss})
			auc.points = append(auc.points, [2]float64{x, e.ValidAUC})
		}
		if byNetwork[n][0].Next {
			held.name = n.system + ", held out (thin: learned from)"
			next.lines = append(next.lines, learned, held)
			continue
		}
		loss.lines = append(loss.lines, learned, held)
		area.lines = append(area.lines, auc)
	}
	charts := []chart{loss, area}
	if len(next.lines) > 0 {
		charts = append(charts, next)
	}
	return writeCharts(w, "Training, epoch by epoch", charts)
}
