<?php

use PHPUnit\Framework\TestCase;

final class StatsTest extends TestCase
{
    public function testMeanOfTwo(): void
    {
        $this->assertSame(1.5, mean([1, 2]));
    }

    /** @dataProvider ones */
    public function testMeanOfOne(int $value): void
    {
        $this->assertSame($value, mean([$value]));
    }

    public function testMeanOfNone(): void
    {
        $this->expectException(ValueError::class);
        mean([]);
    }
}
