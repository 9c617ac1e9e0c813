package detect

import "math"

// lateAfter is how many shapes may be read for each shape that is of an attack, until
// an attack that was not met counts as late.
const lateAfter = 3

// Late counts the attacks that a reader meets only after more than three times as
// many shapes as the host has attack shapes.
func (h *HostMetrics) Late(j *Judgement) int {
	late := 0
	for _, read := range j.Effort {
		if read > lateAfter*h.Attacks {
			late++
		}
	}
	return late
}

// Incidents counts the attacks of all hosts, once in each view.
func (m *Metrics) Incidents() (n int) {
	for i := range m.Hosts {
		n += m.Hosts[i].Incidents
	}
	return n
}

// Summary is one ranker's figures over hosts: each is the mean over hosts and views,
// so that a host with many shapes counts no more than another.
type Summary struct {
	AUC, AveragePrecision float64
	Precision             [3]float64 // among the first 10, 20 and 50
	Recall                [2]float64 // at 1 % and 0.1 % false positives
	First20               float64    // share of the attacks met among the first 20 shapes
	Late                  float64    // share of the attacks met late, see [HostMetrics.Late]
	Alerts                [2]float64 // share of normal and of attack shapes alerted; the calibrated score's alone
}

// Summarise gives the mean of one ranker over the hosts that have attacks; normal
// alerts are those of the others too. A ranker that a host lacks gives nil there.
func (m *Metrics) Summarise(of func(*HostMetrics) *Judgement) Summary {
	var s Summary
	hosts, all := 0.0, 0.0
	for i := range m.Hosts {
		h := &m.Hosts[i]
		j := of(h)
		if j == nil {
			continue
		}
		all++
		s.Alerts[0] += j.Alerts[0]
		if h.Attacks == 0 {
			continue
		}
		hosts++
		s.AUC += j.AUC
		s.AveragePrecision += j.AveragePrecision
		for k := range s.Precision {
			s.Precision[k] += j.Precision[k]
		}
		for k := range s.Recall {
			s.Recall[k] += j.Recall[k]
		}
		s.First20 += float64(j.First20) / float64(max(h.Incidents, 1))
		s.Late += float64(h.Late(j)) / float64(max(h.Incidents, 1))
		s.Alerts[1] += j.Alerts[1]
	}
	for _, v := range s.figures() {
		*v /= max(hosts, 1)
	}
	s.Alerts[0] *= max(hosts, 1) / max(all, 1)
	return s
}

// figures are the summary's numbers.
func (s *Summary) figures() []*float64 {
	return []*float64{
		&s.AUC, &s.AveragePrecision, &s.Precision[0], &s.Precision[1], &s.Precision[2],
		&s.Recall[0], &s.Recall[1], &s.First20, &s.Late, &s.Alerts[0], &s.Alerts[1],
	}
}

// MeanAndSpread gives the mean of the summaries, of as many models, and the standard
// deviation of each figure around it (over n-1; 0 for one model).
func MeanAndSpread(of []Summary) (mean, spread Summary) {
	for i := range of {
		for k, v := range of[i].figures() {
			*mean.figures()[k] += *v / float64(len(of))
		}
	}
	if len(of) < 2 {
		return mean, spread
	}
	for k, s := range spread.figures() {
		sum := 0.0
		for i := range of {
			d := *of[i].figures()[k] - *mean.figures()[k]
			sum += float64(d * d)
		}
		*s = math.Sqrt(sum / float64(len(of)-1))
	}
	return mean, spread
}
