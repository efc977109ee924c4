import org.scalatest.funsuite.AnyFunSuite

class StatsSuite extends AnyFunSuite {
  test("takes two") {
    assert(mean(Seq(1, 2)) == 1.5)
  }

  test("refuses none") {
    assertThrows[IllegalArgumentException] {
      mean(Seq())
    }
  }
}
