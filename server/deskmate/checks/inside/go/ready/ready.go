// Package ready has one example, so that what calls code of projects is compiled before there is any.
package ready

// Double gives twice as much.
//
//	Double(2) == 4
func Double(n int) int { return 2 * n }
