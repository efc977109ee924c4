package stats

// Mean gives the mean of the values. It divides
// by their number.
//
//	Mean(nil)
//
// It looks at each.
//
// It panics where there are none.
func Mean(values []float64) float64 {
	return sum(values) / float64(len(values))
}
