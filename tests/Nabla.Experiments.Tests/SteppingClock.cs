namespace Nabla.Experiments.Tests;

/// <summary>A clock that moves on by a fixed time whenever it is read.</summary>
internal sealed class SteppingClock(TimeSpan step) : TimeProvider
{
    private static readonly DateTimeOffset _epoch = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _epoch.AddTicks(_now);

    public override long GetTimestamp() => _now += step.Ticks;
}
