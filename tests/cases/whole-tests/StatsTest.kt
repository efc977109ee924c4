import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

class StatsTest {
    @Test
    fun `mean of two`() {
        assertEquals(1.5, mean(listOf(1, 2)))
    }

    @Test
    fun meanOfNone() {
        assertFailsWith<IllegalArgumentException> {
            mean(listOf())
        }
    }
}
