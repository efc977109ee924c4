package stats

import "testing"

func TestMeanOfTwo(t *testing.T) {
	if got := Mean([]float64{1, 2}); got != 1.5 {
		t.Errorf("got %v", got)
	}
}

func TestMean(t *testing.T) {
	for name, given := range map[string][]float64{
		"one": {1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Mean(given); got != 1 {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestMeanOfNone(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	Mean(nil)
}
