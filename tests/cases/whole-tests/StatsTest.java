package stats;

import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.Test;

class StatsTest {
    @Test
    void meanOfTwo() {
        assertEquals(1.5, Stats.mean(1, 2));
    }

    // nothing has no mean
    @Test
    void meanOfNone() {
        assertThrows(IllegalArgumentException.class, () -> {
            Stats.mean();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void meanOfOne(int value) {
        assertEquals(value, Stats.mean(value));
    }
}
